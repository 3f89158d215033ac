package io.ckpt.freeze;

import io.ckpt.fault.Fault;
import io.ckpt.procfs.NumaMaps;
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
 * What smaps and numa_maps told of processes right before their stop. The kernel visits every page to make these files,
 * which a stopped job would wait for; where the mappings have stayed as they were, their flags are taken from there, and
 * whether they may have a memory policy. What madvise(2), mlock(2) or mbind(2) change for a whole mapping in between is
 * seen at the next checkpoint.
 */
final class ForeseenMemory {
    /** Of one process; a kernel without memory nodes has no numa_maps. */
    record Memory(Smaps smaps, Optional<NumaMaps> policies) {}

    /** What either tells of one mapping, with room for a long path. */
    private static final long BYTES_PER_MAPPING = 1024;

    private final Map<Integer, Memory> processes;

    private ForeseenMemory(Map<Integer, Memory> processes) {
        this.processes = processes;
    }

    static ForeseenMemory nothing() {
        return new ForeseenMemory(Map.of());
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

    static ForeseenMemory of(Set<Integer> pids, Duration limit, IntFunction<Optional<Memory>> source) {
        Map<Integer, Memory> found = new ConcurrentHashMap<>();
        Thread reader =
                new Thread(() -> pids.forEach(pid -> source.apply(pid).ifPresent(memory -> found.put(pid, memory))));
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

    private static Optional<Memory> read(int pid) {
        try {
            return ProcFiles.tryText(pid + "/maps")
                    .map(maps -> room(maps.lines().count()))
                    .flatMap(room -> read(pid, room));
        } catch (Fault unreadable) {
            return Optional.empty();
        }
    }

    private static Optional<Memory> read(int pid, int room) {
        return ProcFiles.tryText(pid + "/smaps", room)
                .map(Smaps::parse)
                .map(smaps -> new Memory(
                        smaps, ProcFiles.tryText(pid + "/numa_maps", room).map(NumaMaps::parse)));
    }

    /** Whether something is known of a process. */
    boolean tellsOf(int pid) {
        return processes.containsKey(pid);
    }

    /** Of a stopped process with these mappings. */
    Smaps smaps(int pid, int task, List<Vma> mappings) {
        return of(pid, mappings)
                .map(Memory::smaps)
                .orElseGet(() -> Smaps.parse(ProcFiles.text(task + "/smaps", room(mappings.size()))));
    }

    /** Of a stopped process with these mappings; empty where they are not known. */
    Optional<NumaMaps> policies(int pid, List<Vma> mappings) {
        return of(pid, mappings).flatMap(Memory::policies);
    }

    private Optional<Memory> of(int pid, List<Vma> mappings) {
        return Optional.ofNullable(processes.get(pid))
                .filter(memory -> memory.smaps().tellsOf(mappings));
    }

    private static int room(long mappings) {
        return (int) (BYTES_PER_MAPPING * (mappings + 1));
    }
}
