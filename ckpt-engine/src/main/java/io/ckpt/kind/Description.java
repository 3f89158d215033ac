package io.ckpt.kind;

import io.ckpt.freeze.StolenFile;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.procfs.FdInfo;

/**
 * What every open file description has, whatever its kind.
 *
 * @param flags access mode and the flags that stay after open(2); not among them are O_CLOEXEC, which belongs to a
 *     descriptor, and O_ASYNC, which belongs to the owner that is signalled
 */
public record Description(FdInfo info, int flags) {
    private static final int KEPT = OpenFlags.ACCESS_MODE
            | OpenFlags.APPEND
            | OpenFlags.NONBLOCK
            | OpenFlags.SYNC
            | OpenFlags.DIRECT
            | OpenFlags.NOATIME;

    public static Description of(StolenFile file) {
        FdInfo info = FdInfo.parse(file.info());
        return new Description(info, info.flags() & KEPT);
    }

    public boolean readable() {
        return access() != OpenFlags.WRONLY;
    }

    public boolean writable() {
        return access() != OpenFlags.RDONLY;
    }

    public int access() {
        return flags & OpenFlags.ACCESS_MODE;
    }

    /** Refuses {@code file} by its number and what /proc calls it. */
    public static void refuse(StolenFile file, CaptureContext context, String reason, String remedy) {
        context.refuse(file.process().pid(), file.title(), reason, remedy);
    }
}
