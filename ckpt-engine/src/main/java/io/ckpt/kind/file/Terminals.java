package io.ckpt.kind.file;

import io.ckpt.freeze.FileStatus;

/** Which character devices are terminals; see the kernel's list of devices. */
final class Terminals {
    private static final int VIRTUAL_AND_SERIAL = 4;
    private static final int ALTERNATE = 5;
    private static final int MULTIPLEXER = 2;
    private static final int FIRST_PSEUDO = 136;
    private static final int LAST_PSEUDO = 143;

    private Terminals() {}

    static boolean is(FileStatus status) {
        if (!status.isCharacterDevice()) {
            return false;
        }
        long major = status.rdevice() >>> 8 & 0xfff;
        long minor = (status.rdevice() & 0xff) | (status.rdevice() >>> 12 & 0xfff00);
        return major == VIRTUAL_AND_SERIAL
                || (major == ALTERNATE && minor != MULTIPLEXER)
                || (major >= FIRST_PSEUDO && major <= LAST_PSEUDO);
    }
}
