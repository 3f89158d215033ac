package io.ckpt.kind;

import io.ckpt.freeze.StolenFile;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.procfs.FdInfo;

/**
 * What every open file description has, whatever its kind.
 *
 * @param flags access mode and the flags that stay after open(2); O_CLOEXEC belongs to a descriptor and is not among
 *     them
 */
public record Description(FdInfo info, int flags) {
    private static final int KEPT = OpenFlags.ACCESS_MODE
            | OpenFlags.APPEND
            | OpenFlags.NONBLOCK
            | OpenFlags.SYNC
            | OpenFlags.DIRECT
            | OpenFlags.NOATIME;

    /** Reads a description and refuses what no kind carries: asynchronous signals. */
    public static Description of(StolenFile file, CaptureContext context) {
        FdInfo info = FdInfo.parse(file.info());
        if ((info.flags() & OpenFlags.ASYNC) != 0) {
            refuse(file, context, "it sends signals (O_ASYNC)", "use poll(2) or epoll(7) instead");
        }
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
        context.refuse(file.process().pid(), "fd " + file.number() + " [" + file.link() + "]", reason, remedy);
    }
}
