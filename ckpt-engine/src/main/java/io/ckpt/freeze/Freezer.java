package io.ckpt.freeze;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.procfs.ProcStat;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Stops jobs. A job is held by a thread of this process: when that dies, the job runs on. Whatever fails on the way, all
 * that was stopped goes on before the fault is told.
 */
public final class Freezer {
    private final boolean describes;

    private Freezer(boolean describes) {
        this.describes = describes;
    }

    /** For a job that is described while it stands still: what takes long to be told of its memory is read before. */
    public Freezer() {
        this(true);
    }

    /** For a job that is held for a moment only. */
    public static Freezer forMoment() {
        return new Freezer(false);
    }

    /**
     * Stops processes and all their descendants.
     *
     * @param limit how long it may take
     * @throws Fault NOT_FOUND when a root does not run, NOT_PERMITTED, BUSY when a task is traced by another or does not
     *     stop in time
     */
    public FrozenJob freeze(Set<Integer> roots, Duration limit) {
        return freeze(new ProcessTree(Set.copyOf(roots), 0), limit);
    }

    /** Stops every process of a pid namespace but its init, {@code initPid}. */
    public FrozenJob freezeBelow(int initPid, Duration limit) {
        return freeze(new ProcessTree(Set.of(initPid), initPid), limit);
    }

    private FrozenJob freeze(ProcessTree tree, Duration limit) {
        tree.roots().forEach(Freezer::requireJobProcess);
        Set<Integer> pids = tree.pids();
        requireOutside(tree.roots(), pids);
        new CgroupSuspension().requireNone(pids);
        long begin = System.nanoTime();
        ForeseenMemory foreseen = describes ? ForeseenMemory.of(pids, limit.dividedBy(2)) : ForeseenMemory.nothing();
        Duration rest = limit.minusNanos(System.nanoTime() - begin);
        TracerThread thread = new TracerThread("tracer-" + tree.roots());
        try {
            return thread.call(() -> stop(tree, rest, thread, foreseen));
        } catch (RuntimeException | Error e) {
            thread.close();
            throw e;
        }
    }

    private static FrozenJob stop(ProcessTree tree, Duration limit, TracerThread thread, ForeseenMemory foreseen) {
        int depth = tree.pidNamespaceDepth();
        Seizure seizure = new Seizure(tree, limit);
        long since = seizure.stopAll();
        Map<Integer, Map<Integer, Boolean>> stopped = seizure.stopped();
        if (hasEnded(tree, stopped)) {
            throw new Fault(
                    FaultCode.JOB_VANISHED, "the job of pid " + tree.roots() + " has ended", "nothing is left to do");
        }
        return new SeizedJob(thread, foreseen, depth, stopped, since);
    }

    /** Nothing of the job lives, or not the process that it was named by: its end is the job's. */
    private static boolean hasEnded(ProcessTree tree, Map<Integer, Map<Integer, Boolean>> stopped) {
        Set<Integer> living = stopped.keySet().stream()
                .filter(pid -> !stopped.get(pid).isEmpty())
                .collect(Collectors.toSet());
        boolean named = tree.roots().contains(tree.without()) || !Collections.disjoint(living, tree.roots());
        return living.isEmpty() || !named;
    }

    private static void requireJobProcess(int pid) {
        ProcStat stat = ProcFiles.tryText(pid + "/stat")
                .map(ProcStat::parse)
                .orElseThrow(() -> new Fault(
                        FaultCode.NOT_FOUND, "pid " + pid + " does not exist", "give the pid of a running process"));
        if (stat.isKernelThread()) {
            throw new Fault(
                    FaultCode.NOT_PERMITTED,
                    TaskFacts.name(pid) + " is a kernel thread",
                    "give the pid of a process of the job");
        }
    }

    private static void requireOutside(Set<Integer> roots, Set<Integer> pids) {
        int own = (int) ProcessHandle.current().pid();
        if (pids.contains(own)) {
            throw new Fault(
                    FaultCode.USAGE,
                    "the job of pid " + roots + " contains this very process, pid " + own,
                    "call ckpt from outside of the job");
        }
    }
}
