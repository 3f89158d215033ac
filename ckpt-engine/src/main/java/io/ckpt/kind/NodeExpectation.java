package io.ckpt.kind;

import io.ckpt.freeze.NodeNames;
import java.util.Optional;

/** A kind whose objects depend on what everybody on a node shares: names that may be taken, limits, rights, memory. */
public interface NodeExpectation<S> {
    /** What stands in the way of making the object again, with the way out. */
    default Optional<String> obstacle(S state, NodeNames node) {
        return Optional.empty();
    }

    /** What the object will lack here, though it can be made. */
    default Optional<String> warning(S state, NodeNames node) {
        return Optional.empty();
    }
}
