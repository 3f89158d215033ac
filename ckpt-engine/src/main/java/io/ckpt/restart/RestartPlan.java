package io.ckpt.restart;

import io.ckpt.kind.ObjectId;
import io.ckpt.plan.Barrier;
import io.ckpt.plan.Plan;
import io.ckpt.plan.Slot;
import java.util.Map;

/**
 * A plan and what the engine has to do while it runs.
 *
 * @param created the restorer has made every object of the nursery; the engine fills {@link #contents}
 * @param mapped every process has its mappings; the engine loads their pages
 * @param contents nursery descriptor of every object whose content the engine fills
 * @param faults the userfaultfd that a process has made by then, where it needs one, or -errno
 * @param tasks number of tasks that will park
 * @param rootPid the job's first process, in its own pid namespace
 */
record RestartPlan(
        Plan plan,
        Barrier created,
        Barrier mapped,
        Map<ObjectId, Integer> contents,
        Map<Integer, Slot> faults,
        int tasks,
        int rootPid) {}
