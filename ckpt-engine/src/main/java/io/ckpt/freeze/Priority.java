package io.ckpt.freeze;

import io.ckpt.jna.LibCkpt;
import io.ckpt.kernel.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who goes first on this node. */
public final class Priority {
    private static final Logger LOG = LoggerFactory.getLogger(Priority.class);

    private static final int LEAST = 19;
    private static final int IDLE = 3 << 13;
    private static final int LESS = 5;
    private static final int LAST_OF_THE_OTHERS = 2 << 13 | 7;

    private Priority() {}

    /** Has the calling thread, and those that it starts from now on, use processor and disk when nobody else does. */
    public static void takeLeast() {
        take(LEAST, IDLE);
    }

    /** Has them get a quarter of a processor that another thread wants too, and the disk after others. */
    public static void takeLess() {
        take(LESS, LAST_OF_THE_OTHERS);
    }

    private static void take(int nice, int ioPriority) {
        int answer = LibCkpt.standBack(nice, ioPriority);
        if (answer < 0) {
            LOG.info("work in the background has the priority of other work: {}", Errno.result(answer));
        }
    }
}
