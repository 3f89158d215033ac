package io.ckpt.memory;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.freeze.Freezer;
import io.ckpt.freeze.FrozenJob;
import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.JobRoot;
import io.ckpt.freeze.RunningProcess;
import io.ckpt.freeze.WriteTracker;
import io.ckpt.procfs.Vma;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;

/**
 * The processes of one job whose writing is noted from one checkpoint to the next. When this is closed, or the engine ends,
 * nothing of it is left in the job. For one thread at a time.
 */
public final class TrackedJob implements AutoCloseable {
    private static final Duration FREEZE_LIMIT = Duration.ofSeconds(10);

    /** A process with less is not worth a stop of its own. */
    private static final long WORTHWHILE_BYTES = 16 << 20;

    private final IntFunction<String> objectIds;
    private final Map<Integer, TrackedProcess> processes = new HashMap<>();

    /** @param objectIds names of address spaces by the pids that a job itself knows */
    public TrackedJob(IntFunction<String> objectIds) {
        this.objectIds = objectIds;
    }

    /** Takes on new processes and mappings; the job is held for a moment when they have much memory. */
    void attach(JobRoot root) {
        Set<Integer> pids = root.pids();
        List.copyOf(processes.keySet()).stream()
                .filter(pid -> !pids.contains(pid))
                .forEach(this::forget);
        if (pids.stream().anyMatch(pid -> unfollowed(pid) >= WORTHWHILE_BYTES)) {
            try (FrozenJob job = root.freeze(Freezer.forMoment(), FREEZE_LIMIT)) {
                job.processes().stream()
                        .filter(process -> !process.isZombie())
                        .forEach(process -> follow(process, elsewhere(process)));
            }
        }
    }

    /**
     * Returns when all system calls of the job have returned that were under way: what they write to memory that they had
     * pinned before (O_DIRECT, process_vm_writev(2)) does not count as written. So the job is held for a moment.
     */
    void awaitCalls(JobRoot root) {
        root.freeze(Freezer.forMoment(), FREEZE_LIMIT).close();
    }

    /**
     * Takes on a process that stands still and has its memory as an image has it.
     *
     * @param innerPid as the job itself knows it
     * @param elsewhere pages that the image has as those of several processes
     */
    public void attach(int pid, int innerPid, WriteTracker tracker, NavigableSet<Long> elsewhere) {
        TrackedProcess tracked = new TrackedProcess(pid, objectIds.apply(innerPid), tracker);
        processes.put(pid, tracked);
        if (!isNoted(tracked, new RunningProcess(pid).mappings(), elsewhere)) {
            forget(pid);
        }
    }

    private static boolean isNoted(TrackedProcess process, List<Vma> mappings, NavigableSet<Long> elsewhere) {
        try {
            boolean followed = process.follow(mappings, elsewhere);
            process.takeUnwritten();
            return followed;
        } catch (Fault fault) {
            return false; // all of it counts as written
        }
    }

    private long unfollowed(int pid) {
        return processes.containsKey(pid) ? processes.get(pid).unfollowed() : new RunningProcess(pid).anonymousBytes();
    }

    private NavigableSet<Long> elsewhere(FrozenProcess process) {
        return Optional.ofNullable(processes.get(process.pid()))
                .map(TrackedProcess::elsewhere)
                .orElseGet(TreeSet::new);
    }

    private Optional<TrackedProcess> follow(FrozenProcess process, NavigableSet<Long> elsewhere) {
        return Optional.ofNullable(processes.get(process.pid()))
                .filter(tracked -> tracked.task() == process.task() && tracked.follow(process.mappings(), elsewhere))
                .or(() -> attach(process).filter(fresh -> fresh.follow(process.mappings(), elsewhere)));
    }

    private Optional<TrackedProcess> attach(FrozenProcess process) {
        forget(process.pid());
        try {
            TrackedProcess tracked =
                    new TrackedProcess(process.task(), objectIds.apply(process.innerPid()), WriteTracker.of(process));
            processes.put(process.pid(), tracked);
            return Optional.of(tracked);
        } catch (Fault fault) {
            if (fault.code() != FaultCode.NOT_LIVE) {
                throw fault;
            }
            return Optional.empty();
        }
    }

    private void forget(int pid) {
        Optional.ofNullable(processes.remove(pid)).ifPresent(TrackedProcess::close);
    }

    public boolean isEmpty() {
        return processes.isEmpty();
    }

    /** Bytes that were written since they were last copied. */
    long written() {
        return processes.values().stream().mapToLong(TrackedProcess::written).sum();
    }

    /** Some of what was written, and whose it is. */
    record Taken(TrackedProcess process, PageRun run) {}

    /** What was written since it was last copied; the caller copies all of it now. */
    List<Taken> takeWritten() {
        return processes.values().stream()
                .flatMap(process -> process.takeWritten().stream().map(run -> new Taken(process, run)))
                .toList();
    }

    /**
     * Where a frozen process has pages that were not written since they were last copied; from now on none of its pages
     * counts as written.
     *
     * @param elsewhere pages that the coming image has as those of several processes
     */
    PageSet takeUnwritten(FrozenProcess process, NavigableSet<Long> elsewhere) {
        return follow(process, elsewhere).map(TrackedProcess::takeUnwritten).orElseGet(PageSet::new);
    }

    /** Ends with processes that are in no image to come. */
    void forgetAllBut(Set<Integer> pids) {
        List.copyOf(processes.keySet()).stream()
                .filter(pid -> !pids.contains(pid))
                .forEach(this::forget);
    }

    @Override
    public void close() {
        List.copyOf(processes.keySet()).forEach(this::forget);
    }
}
