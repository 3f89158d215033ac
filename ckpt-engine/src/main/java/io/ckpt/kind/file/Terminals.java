package io.ckpt.kind.file;

import io.ckpt.freeze.FileStatus;
import java.util.OptionalInt;

/** Which character devices are terminals; see the kernel's list of devices. */
final class Terminals {
    private static final int VIRTUAL_AND_SERIAL = 4;
    private static final int ALTERNATE = 5;
    private static final int MULTIPLEXER = 2;
    private static final int FIRST_PSEUDO = 136;
    private static final int LAST_PSEUDO = 143;
    private static final int MINORS = 256;

    private Terminals() {}

    static boolean is(FileStatus status) {
        if (!status.isCharacterDevice()) {
            return false;
        }
        return major(status) == VIRTUAL_AND_SERIAL
                || (major(status) == ALTERNATE && minor(status) != MULTIPLEXER)
                || number(status).isPresent();
    }

    /** True for the master side of a pseudo-terminal. */
    static boolean isMultiplexer(FileStatus status) {
        return status.isCharacterDevice() && major(status) == ALTERNATE && minor(status) == MULTIPLEXER;
    }

    /** True for {@code /dev/tty}: in each process the terminal of its session. */
    static boolean isOfSession(FileStatus status) {
        return status.isCharacterDevice() && major(status) == ALTERNATE && minor(status) == 0;
    }

    /** N of {@code /dev/pts/N}; empty for everything else. */
    static OptionalInt number(FileStatus status) {
        boolean pseudo = status.isCharacterDevice() && major(status) >= FIRST_PSEUDO && major(status) <= LAST_PSEUDO;
        return pseudo
                ? OptionalInt.of((int) ((major(status) - FIRST_PSEUDO) * MINORS + minor(status)))
                : OptionalInt.empty();
    }

    /** Device number of {@code /dev/pts/N}, as {@code /proc/PID/stat} tells it. */
    static int device(int number) {
        return (FIRST_PSEUDO + number / MINORS) << 8 | number % MINORS;
    }

    private static long major(FileStatus status) {
        return status.rdevice() >>> 8 & 0xfff;
    }

    private static long minor(FileStatus status) {
        return (status.rdevice() & 0xff) | (status.rdevice() >>> 12 & 0xfff00);
    }
}
