package io.ckpt.freeze;

import io.ckpt.jna.LibCkpt;
import io.ckpt.kernel.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who goes first on this node. */
public final class Priority {
    private static final Logger LOG = LoggerFactory.getLogger(Priority.class);

    private Priority() {}

    /** Has the calling thread, and those that it starts from now on, use processor and disk when nobody else does. */
    public static void takeLeast() {
        int answer = LibCkpt.standBack();
        if (answer < 0) {
            LOG.info("work in the background has the priority of other work: {}", Errno.result(answer));
        }
    }
}
