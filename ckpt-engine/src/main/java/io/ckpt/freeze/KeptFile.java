package io.ckpt.freeze;

import io.ckpt.jna.LibCkpt;
import io.ckpt.kernel.Fcntl;
import java.nio.ByteBuffer;

/** A file that a held process has mapped, kept hold of so that it can be read once the job goes on. */
public final class KeptFile implements AutoCloseable {
    private final String path;
    private final int descriptor;
    private final FileStatus before;

    private KeptFile(String path, int descriptor) {
        this.path = path;
        this.descriptor = descriptor;
        this.before = status();
    }

    /** @param reopened by the engine, while the job is held */
    public static KeptFile of(StolenFile reopened) {
        return new KeptFile(reopened.link(), reopened.control(Fcntl.DUPFD_CLOEXEC, 0));
    }

    public String path() {
        return path;
    }

    public long size() {
        return before.size();
    }

    /** False once somebody has written to it or cut it since. */
    public boolean isUnchanged() {
        FileStatus now = status();
        return now.size() == before.size() && now.modifiedNanos() == before.modifiedNanos();
    }

    /** Reads to a direct buffer, by any number of threads; how many bytes, 0 at the end. */
    public int readAt(long position, ByteBuffer into) {
        long count = LibCkpt.pread(descriptor, position, into.slice(), into.remaining());
        KernelAnswer.require(count, () -> path + ": pread");
        into.position(into.position() + (int) count);
        return (int) count;
    }

    private FileStatus status() {
        long[] values = new long[FileStatuses.VALUES];
        KernelAnswer.require(LibCkpt.fstat(descriptor, values), () -> path + ": fstat");
        return FileStatuses.of(values);
    }

    @Override
    public void close() {
        LibCkpt.close(descriptor);
    }
}
