package io.ckpt.freeze;

import io.ckpt.jna.LibCkpt;
import io.ckpt.kernel.OpenFlags;
import java.nio.ByteBuffer;

/** A file that a job is given back, while its content comes. */
public final class RebuiltFile implements AutoCloseable {
    private final String name;
    private final int descriptor;

    private RebuiltFile(String name, int descriptor) {
        this.name = name;
        this.descriptor = descriptor;
    }

    /** The very file that a process has open under a number. */
    public static RebuiltFile open(int pid, int number, String name) {
        String path = "/proc/" + pid + "/fd/" + number;
        int descriptor = LibCkpt.open(NativeText.string(path), OpenFlags.RDWR);
        return new RebuiltFile(name, KernelAnswer.require(descriptor, () -> name + ": open"));
    }

    /** Puts the rest of a direct buffer at {@code position}; by any number of threads. */
    public void write(long position, ByteBuffer from) {
        long written = LibCkpt.writeContent(descriptor, position, from.slice(), from.remaining());
        KernelAnswer.require(written, () -> name + ": write");
        from.position(from.limit());
    }

    @Override
    public void close() {
        LibCkpt.close(descriptor);
    }
}
