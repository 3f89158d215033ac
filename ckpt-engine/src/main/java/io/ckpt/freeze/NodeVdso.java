package io.ckpt.freeze;

import com.google.protobuf.ByteString;
import io.ckpt.procfs.ProcMaps;
import io.ckpt.procfs.Vma;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * The code that the kernel of this node brings into every process, see vdso(7).
 *
 * @param dataLength of the pages that it reads, right before it: [vvar] and whatever follows
 * @param text the ELF file that is mapped there; empty where the kernel brings none
 */
public record NodeVdso(long dataLength, ByteString text) {
    /** As this very process has it. */
    public static NodeVdso here() {
        List<Vma> vmas = ProcMaps.parse(NodeText.read("/proc/self/maps")).vmas();
        return vmas.stream()
                .filter(Vma::isVdso)
                .findFirst()
                .map(vdso -> new NodeVdso(dataLength(vmas), text(vdso)))
                .orElse(new NodeVdso(0, ByteString.EMPTY));
    }

    /** What it takes in an address space. */
    public long length() {
        return dataLength + text.size();
    }

    /** By which one is told from another. */
    public ByteString digest() {
        try {
            return ByteString.copyFrom(MessageDigest.getInstance("SHA-256").digest(text.toByteArray()));
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    private static long dataLength(List<Vma> vmas) {
        return vmas.stream().filter(Vma::isVvar).mapToLong(Vma::length).sum();
    }

    private static ByteString text(Vma vdso) {
        int self = (int) ProcessHandle.current().pid();
        return ByteString.copyFrom(new TaskMemory(self).read(vdso.start(), (int) vdso.length()));
    }
}
