package io.ckpt.freeze;

import io.ckpt.jna.LibCkpt;
import io.ckpt.kernel.Errno;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the kernel holds of files on their way to the disk. */
public final class PageCache {
    private static final Logger LOG = LoggerFactory.getLogger(PageCache.class);

    private PageCache() {}

    /**
     * Begins to write part of a file. Left alone the kernel waits until a tenth of the node's memory is to be written, and
     * then takes its time.
     */
    public static void beginWriting(Path file, long start, long length) {
        int answer = LibCkpt.writeBehind(NativeText.string(file.toString()), start, length);
        if (answer < 0) {
            LOG.debug("{} is written when the kernel likes: {}", file, Errno.result(answer));
        }
    }
}
