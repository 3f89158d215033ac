package io.ckpt.job;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Whether a checkpoint could be restarted on a node, as far as that can be told from here.
 *
 * @param release of its kernel
 * @param beat when its daemon last said that it lives
 * @param silent whether it has not said so for so long that it counts as dead
 * @param obstacles what stands against it; none for a node that qualifies
 */
public record NodeFit(String node, String release, Optional<Instant> beat, boolean silent, List<String> obstacles) {
    NodeFit fallenSilent(boolean isSilent) {
        return new NodeFit(node, release, beat, isSilent, obstacles);
    }
}
