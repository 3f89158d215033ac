package io.ckpt.progress;

/** Told by a journey how far it is. Calls come from one thread at a time, in order, and must return at once. */
public interface Progress {
    /** The steps of both journeys, in their order. */
    enum Phase {
        FREEZE,
        DESCRIBE,
        COPY,
        THAW,
        COMMIT,
        OPEN,
        PREFLIGHT,
        PLAN,
        RESTORE,
        LOAD,
        RELEASE
    }

    /** A phase begins; the one before it has ended. */
    void phase(Phase phase);

    /** Bytes of memory done so far, of a total that is 0 while it is not known. */
    void bytes(long done, long total);

    /** Nobody listens. */
    static Progress none() {
        return new Progress() {
            @Override
            public void phase(Phase phase) {}

            @Override
            public void bytes(long done, long total) {}
        };
    }
}
