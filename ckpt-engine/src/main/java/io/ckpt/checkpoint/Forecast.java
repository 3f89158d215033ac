package io.ckpt.checkpoint;

import java.time.Duration;
import java.util.Optional;

/** How long a checkpoint will take until it is durable, as far as that is known. */
public interface Forecast {
    /** Nothing has been measured yet. */
    Forecast NONE = bytes -> Optional.empty();

    /** @param bytes of memory that the image is to have, those that did not change since the one before included */
    Optional<Duration> timeFor(long bytes);

    /** The same when all goes as well as it ever did. */
    default Optional<Duration> atBest(long bytes) {
        return timeFor(bytes);
    }
}
