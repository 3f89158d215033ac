package io.ckpt.kernel;

/** Commands of fcntl(2). */
public final class Fcntl {
    public static final int DUPFD = 0;
    public static final int GETFD = 1;
    public static final int SETFD = 2;
    public static final int GETFL = 3;
    public static final int SETFL = 4;
    public static final int GETLK = 5;
    public static final int SETLK = 6;
    public static final int SETOWN = 8;
    public static final int GETOWN = 9;
    public static final int SETSIG = 10;
    public static final int GETSIG = 11;
    public static final int SETOWN_EX = 15;
    public static final int GETOWN_EX = 16;
    public static final int OFD_GETLK = 36;
    public static final int OFD_SETLK = 37;
    public static final int SETLEASE = 1024;
    public static final int GETLEASE = 1025;
    public static final int NOTIFY = 1026;
    public static final int DUPFD_CLOEXEC = 1030;
    public static final int SETPIPE_SZ = 1031;
    public static final int GETPIPE_SZ = 1032;
    public static final int ADD_SEALS = 1033;
    public static final int GET_SEALS = 1034;
    public static final int GET_RW_HINT = 1035;
    public static final int SET_RW_HINT = 1036;
    public static final int FD_CLOEXEC = 1;

    private Fcntl() {}
}
