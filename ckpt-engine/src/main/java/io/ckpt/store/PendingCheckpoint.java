package io.ckpt.store;

import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Instant;

/** A checkpoint being written. Closed without {@link #commit} it is gone. */
public interface PendingCheckpoint extends AutoCloseable {
    /** Name under which it will be found: {@code 4711-20260102T150405Z-7f3a}. */
    String id();

    /** The time in its name; also of its manifest. */
    Instant time();

    /** Path of the image while it is pending; for messages. */
    Path image();

    /** Creates the image file, for writing and reading; the caller closes it before {@link #commit}. */
    FileChannel createImage();

    /** Makes it durable and then visible. When this returns, it outlives a power failure. */
    StoredCheckpoint commit();

    @Override
    void close();
}
