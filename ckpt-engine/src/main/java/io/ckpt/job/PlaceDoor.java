package io.ckpt.job;

import io.ckpt.place.PacketLink;
import java.util.Optional;

/** Where places knock. */
public interface PlaceDoor extends AutoCloseable {
    /** The next connection; waits for it. Empty when the door was closed. */
    Optional<PacketLink> next();

    @Override
    void close();
}
