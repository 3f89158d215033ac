package io.ckpt.place;

/** How a process ended, as wait(2) encodes it. */
public record WaitStatus(int raw) {
    private static final int SIGKILL = 9;

    public boolean exited() {
        return (raw & 0x7f) == 0;
    }

    /** Signal that ended it; 0 when it exited by itself. */
    public int signal() {
        return raw & 0x7f;
    }

    public boolean killed() {
        return signal() == SIGKILL;
    }

    /** As a shell gives it: 128 + n for signal n. */
    public int exitStatus() {
        return exited() ? raw >> 8 & 0xff : 128 + signal();
    }

    @Override
    public String toString() {
        return exited() ? "exit status " + exitStatus() : "signal " + signal();
    }
}
