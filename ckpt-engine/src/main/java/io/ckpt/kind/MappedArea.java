package io.ckpt.kind;

import io.ckpt.freeze.FrozenProcess;
import io.ckpt.procfs.Smaps;
import io.ckpt.procfs.Vma;
import java.util.Set;

/**
 * One mapping of a frozen process.
 *
 * @param about what smaps tells of it
 */
public record MappedArea(FrozenProcess process, Vma vma, Smaps.Area about) {
    /** The two-letter words of its VmFlags. */
    public Set<String> flags() {
        return about.flags();
    }

    public boolean has(String flag) {
        return about.flags().contains(flag);
    }
}
