package io.ckpt.freeze;

import io.ckpt.jna.LibCkpt;

/** The restorer's binary, opened for a place that may not see the path it was installed under. */
public final class RestorerProgram implements AutoCloseable {
    private final int descriptor;

    private RestorerProgram(int descriptor) {
        this.descriptor = descriptor;
    }

    public static RestorerProgram open() {
        String path = Launch.installed("ckpt-restorer").toString();
        int descriptor = LibCkpt.openReadOnly(NativeText.string(path));
        return new RestorerProgram(KernelAnswer.require(descriptor, () -> path + ": open"));
    }

    public int descriptor() {
        return descriptor;
    }

    @Override
    public void close() {
        LibCkpt.close(descriptor);
    }
}
