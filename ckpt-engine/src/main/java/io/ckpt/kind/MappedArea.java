package io.ckpt.kind;

import io.ckpt.freeze.FrozenProcess;
import io.ckpt.procfs.Vma;
import java.util.Set;

/**
 * One mapping of a frozen process.
 *
 * @param flags the two-letter words of its VmFlags
 */
public record MappedArea(FrozenProcess process, Vma vma, Set<String> flags) {
    public boolean has(String flag) {
        return flags.contains(flag);
    }
}
