package io.ckpt.freeze;

import io.ckpt.procfs.ProcMaps;
import io.ckpt.procfs.ProcStatus;
import io.ckpt.procfs.Vma;
import java.util.List;
import java.util.Optional;

/** A process of a job that runs: everything may be otherwise, or gone, in the next moment. */
public record RunningProcess(int pid) {
    private static final int PAGE_BYTES = 4096;
    private static final int RESIDENT = 1;
    private static final int OF_FILES = 2;

    /** Bytes of memory that it has now and that are of no file; 0 when it has ended. */
    public long anonymousBytes() {
        return ProcFiles.tryText(pid + "/statm")
                .map(text -> text.strip().split(" "))
                .map(pages -> Long.parseLong(pages[RESIDENT]) - Long.parseLong(pages[OF_FILES]))
                .map(pages -> pages * PAGE_BYTES)
                .orElse(0L);
    }

    /** How many threads it has now; 0 when it has ended. */
    public int threads() {
        return ProcFiles.numbers(pid + "/task").size();
    }

    /** The pid in the innermost namespace. */
    public Optional<Integer> innerPid() {
        return ProcFiles.tryText(pid + "/status")
                .map(text -> ProcStatus.parse(text).innerTgid());
    }

    /** Its mappings; none when it has ended. */
    public List<Vma> mappings() {
        return ProcFiles.tryText(pid + "/maps")
                .map(text -> ProcMaps.parse(text).vmas())
                .orElse(List.of());
    }
}
