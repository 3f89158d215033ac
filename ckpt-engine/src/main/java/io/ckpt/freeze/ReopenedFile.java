package io.ckpt.freeze;

import io.ckpt.jna.LibCkpt;
import io.ckpt.kernel.OpenFlags;

/** A file that a held process has open or mapped, opened anew for reading. */
final class ReopenedFile extends HeldFile implements AutoCloseable {
    private static final int NONE = -1;

    private final String name;
    private final int descriptor;

    /** {@code name}, from the directory of the process: {@code map_files/START-END} or {@code fd/N}. */
    ReopenedFile(SeizedProcess process, String name) {
        super(process);
        this.name = name;
        String path = "/proc/" + process.task() + "/" + name;
        this.descriptor =
                KernelAnswer.require(LibCkpt.open(NativeText.string(path), OpenFlags.RDONLY), () -> this + ": open");
    }

    @Override
    public int number() {
        return NONE;
    }

    @Override
    public int descriptor() {
        return descriptor;
    }

    @Override
    public String link() {
        return process().link(name);
    }

    @Override
    public String info() {
        return ProcFiles.text("self/fdinfo/" + descriptor);
    }

    /** A description of the engine's own, which no descriptor of the job shares. */
    @Override
    public int description() {
        return NONE;
    }

    @Override
    public StolenFile reopened() {
        return this;
    }

    @Override
    public String toString() {
        return "pid " + process().pid() + ", " + name;
    }

    @Override
    public void close() {
        LibCkpt.close(descriptor);
    }
}
