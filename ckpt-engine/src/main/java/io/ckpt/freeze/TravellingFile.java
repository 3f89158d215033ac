package io.ckpt.freeze;

import io.ckpt.jna.LibCkpt;

/** A file on its way in the queue of a UNIX socket, duplicated here by looking at the message that it comes with. */
final class TravellingFile extends HeldFile {
    private static final int NONE = -1;

    private final int descriptor;

    /** {@code receiver}: who has the socket that it waits in. */
    TravellingFile(SeizedProcess receiver, int descriptor) {
        super(receiver);
        this.descriptor = descriptor;
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
        return ProcFiles.link("self/fd/" + descriptor);
    }

    @Override
    public String info() {
        return ProcFiles.text("self/fdinfo/" + descriptor);
    }

    @Override
    public int description() {
        return process().job().descriptions().numberOf(this);
    }

    @Override
    public StolenFile reopened() {
        return process().reopened("../self/fd/" + descriptor);
    }

    @Override
    public String title() {
        return "file on its way [" + link() + "]";
    }

    @Override
    int comparedTask() {
        return (int) ProcessHandle.current().pid();
    }

    @Override
    int comparedNumber() {
        return descriptor;
    }

    void close() {
        LibCkpt.close(descriptor);
    }

    @Override
    public String toString() {
        return "pid " + process().pid() + ", " + title();
    }
}
