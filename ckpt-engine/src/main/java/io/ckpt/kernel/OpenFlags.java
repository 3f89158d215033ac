package io.ckpt.kernel;

import static io.ckpt.kernel.Flags.name;

import java.util.List;
import java.util.Map;

/** Flags of open(2) and fcntl(F_SETFL), x86-64. */
public final class OpenFlags {
    public static final int ACCESS_MODE = 03;
    public static final int RDONLY = 0;
    public static final int WRONLY = 01;
    public static final int RDWR = 02;
    public static final int CREAT = 0100;
    public static final int EXCL = 0200;
    public static final int NOCTTY = 0400;
    public static final int TRUNC = 01000;
    public static final int APPEND = 02000;
    public static final int NONBLOCK = 04000;
    public static final int DSYNC = 010000;
    public static final int ASYNC = 020000;
    public static final int DIRECT = 040000;
    /** Always reported by 64-bit kernels, never needed. */
    public static final int LARGEFILE = 0100000;

    public static final int DIRECTORY = 0200000;
    public static final int NOFOLLOW = 0400000;
    public static final int NOATIME = 01000000;
    public static final int CLOEXEC = 02000000;
    public static final int SYNC = 04010000;
    public static final int PATH = 010000000;
    public static final int TMPFILE = 020200000;

    private static final List<Map.Entry<String, Long>> NAMES = List.of(
            name("O_CREAT", CREAT),
            name("O_EXCL", EXCL),
            name("O_NOCTTY", NOCTTY),
            name("O_TRUNC", TRUNC),
            name("O_APPEND", APPEND),
            name("O_NONBLOCK", NONBLOCK),
            name("O_SYNC", SYNC),
            name("O_DSYNC", DSYNC),
            name("O_ASYNC", ASYNC),
            name("O_DIRECT", DIRECT),
            name("O_LARGEFILE", LARGEFILE),
            name("O_TMPFILE", TMPFILE),
            name("O_DIRECTORY", DIRECTORY),
            name("O_NOFOLLOW", NOFOLLOW),
            name("O_NOATIME", NOATIME),
            name("O_CLOEXEC", CLOEXEC),
            name("O_PATH", PATH));

    private OpenFlags() {}

    /** {@code O_RDWR|O_CLOEXEC}. */
    public static String text(int flags) {
        String access =
                switch (flags & ACCESS_MODE) {
                    case RDONLY -> "O_RDONLY";
                    case WRONLY -> "O_WRONLY";
                    case RDWR -> "O_RDWR";
                    default -> "O_ACCMODE";
                };
        int rest = flags & ~ACCESS_MODE;
        return rest == 0 ? access : access + "|" + Flags.text(Integer.toUnsignedLong(rest), NAMES);
    }
}
