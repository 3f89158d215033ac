package io.ckpt.procfs;

import java.util.List;

/** {@code /proc/PID/maps}: the mappings of a process in ascending order; none for a zombie. */
public record ProcMaps(List<Vma> vmas) {
    public static ProcMaps parse(String text) {
        return new ProcMaps(KernelText.lines(text).stream().map(Vma::parse).toList());
    }
}
