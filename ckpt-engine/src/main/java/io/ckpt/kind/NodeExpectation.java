package io.ckpt.kind;

import java.util.Optional;
import java.util.function.UnaryOperator;

/** A kind whose objects depend on what everybody on a node shares: names that may be taken, rights, memory. */
public interface NodeExpectation<S> {
    /**
     * What stands in the way of making the object again, with the way out.
     *
     * @param node text of a file, {@code /proc/sysvipc/shm}, as the node shows it
     */
    default Optional<String> obstacle(S state, UnaryOperator<String> node) {
        return Optional.empty();
    }

    /** What the object will lack here, though it can be made. */
    default Optional<String> warning(S state, UnaryOperator<String> node) {
        return Optional.empty();
    }
}
