package io.ckpt.freeze;

import io.ckpt.fault.Fault;
import io.ckpt.procfs.Smaps;
import io.ckpt.procfs.Vma;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;

/**
 * What smaps told of processes right before their stop. The kernel visits every page to make that file, which a stopped job
 * would wait for; where the mappings have stayed as they were, their flags are taken from it. Flags that madvise(2) or
 * mlock(2) change for a whole mapping in between are seen at the next checkpoint.
 */
final class ForeseenMemory {
    /** What smaps tells of one mapping, with room for a long path. */
    private static final long BYTES_PER_MAPPING = 1024;

    private final Map<Integer, Smaps> processes;

    private ForeseenMemory(Map<Integer, Smaps> processes) {
        this.processes = processes;
    }

    /**
     * Reads of running processes. What cannot be read is not foreseen: whoever stops them tells why.
     *
     * @param limit how long it may take. When a task changes mappings and waits in that for a file system that hangs, who
     *     reads of its process waits for as long, and nothing but the end of our own process ends that
     */
    static ForeseenMemory of(Set<Integer> pids, Duration limit) {
        return of(pids, limit, ForeseenMemory::read);
    }

    static ForeseenMemory of(Set<Integer> pids, Duration limit, IntFunction<Optional<Smaps>> source) {
        Map<Integer, Smaps> found = new ConcurrentHashMap<>();
        Thread reader =
                new Thread(() -> pids.forEach(pid -> source.apply(pid).ifPresent(smaps -> found.put(pid, smaps))));
        reader.setName("ckpt-foresee");
        reader.setDaemon(true);
        reader.start();
        await(reader, limit);
        return new ForeseenMemory(Map.copyOf(found));
    }

    private static void await(Thread reader, Duration limit) {
        try {
            reader.join(Math.max(1, limit.toMillis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Optional<Smaps> read(int pid) {
        try {
            return ProcFiles.tryText(pid + "/maps")
                    .flatMap(maps ->
                            ProcFiles.tryText(pid + "/smaps", room(maps.lines().count())))
                    .map(Smaps::parse);
        } catch (Fault unreadable) {
            return Optional.empty();
        }
    }

    /** Whether something is known of a process. */
    boolean tellsOf(int pid) {
        return processes.containsKey(pid);
    }

    /** Of a stopped process with these mappings. */
    Smaps smaps(int pid, int task, List<Vma> mappings) {
        return Optional.ofNullable(processes.get(pid))
                .filter(smaps -> smaps.tellsOf(mappings))
                .orElseGet(() -> Smaps.parse(ProcFiles.text(task + "/smaps", room(mappings.size()))));
    }

    private static int room(long mappings) {
        return (int) (BYTES_PER_MAPPING * (mappings + 1));
    }
}
