package io.ckpt.fault;

/** What went wrong, and the exit status a command gives for it (sysexits(3) where it has one). */
public enum FaultCode {
    USAGE(Kind.USER, 64),
    IMAGE_DAMAGED(Kind.CORRUPT, 65),
    IMAGE_TOO_NEW(Kind.UNSUPPORTED, 65),
    IMAGE_TOO_OLD(Kind.UNSUPPORTED, 65),
    NOT_FOUND(Kind.USER, 66),
    UNSUPPORTED_OBJECT(Kind.UNSUPPORTED, 69),
    UNSUPPORTED_NODE(Kind.UNSUPPORTED, 69),
    DAEMON_UNAVAILABLE(Kind.RESOURCE, 69),
    INTERNAL(Kind.INTERNAL, 70),
    JOB_VANISHED(Kind.USER, 66),
    RESTART_FAILED(Kind.RESOURCE, 71),
    IO_ERROR(Kind.RESOURCE, 74),
    STORE_FULL(Kind.RESOURCE, 74),
    BUSY(Kind.RESOURCE, 75),
    NOT_LIVE(Kind.RESOURCE, 75),
    TOO_LATE(Kind.RESOURCE, 75),
    NOT_PERMITTED(Kind.USER, 77),
    CONFIGURATION(Kind.USER, 78);

    /** Who can do something about it. */
    public enum Kind {
        USER,
        UNSUPPORTED,
        RESOURCE,
        CORRUPT,
        INTERNAL
    }

    private final Kind kind;
    private final int exitStatus;

    FaultCode(Kind kind, int exitStatus) {
        this.kind = kind;
        this.exitStatus = exitStatus;
    }

    public Kind kind() {
        return kind;
    }

    public int exitStatus() {
        return exitStatus;
    }
}
