package io.ckpt.freeze;

import io.ckpt.fault.Fault;
import io.ckpt.procfs.Smaps;
import io.ckpt.procfs.Vma;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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

    /** Reads of running processes. What cannot be read is not foreseen: whoever stops them tells why. */
    static ForeseenMemory of(Set<Integer> pids) {
        Map<Integer, Smaps> found = new HashMap<>();
        pids.forEach(pid -> read(pid).ifPresent(smaps -> found.put(pid, smaps)));
        return new ForeseenMemory(found);
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
