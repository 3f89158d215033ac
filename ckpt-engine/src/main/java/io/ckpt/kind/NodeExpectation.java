package io.ckpt.kind;

import java.util.Optional;
import java.util.function.UnaryOperator;

/** A kind whose objects have names that everybody on a node shares, so that one may be taken. */
public interface NodeExpectation<S> {
    /**
     * What stands in the way of making the object again, with the way out.
     *
     * @param node text of a file, {@code /proc/sysvipc/shm}, as the node shows it
     */
    Optional<String> obstacle(S state, UnaryOperator<String> node);
}
