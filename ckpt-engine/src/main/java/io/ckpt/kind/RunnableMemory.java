package io.ckpt.kind;

import io.ckpt.fault.Fault;
import io.ckpt.freeze.NodeNames;
import java.util.Optional;

/** Whether a node makes memory files that may be run; see memfd_create(2), and vm.memfd_noexec of a pid namespace. */
public final class RunnableMemory {
    private static final String SETTING = "/proc/sys/vm/memfd_noexec";
    private static final int SEALED = 1;
    private static final int REFUSED = 2;

    private RunnableMemory() {}

    /** What keeps a file from being made that may be run. */
    public static Optional<String> obstacle(NodeNames node) {
        return obstacle(SEALED, node);
    }

    /** What keeps one from being made of which nothing is said. */
    public static Optional<String> obstacleOfAny(NodeNames node) {
        return obstacle(REFUSED, node);
    }

    private static Optional<String> obstacle(int least, NodeNames node) {
        return level(node) < least
                ? Optional.empty()
                : Optional.of("the job has shared memory or memory files that may be run, and the node makes none"
                        + " (sysctl vm.memfd_noexec=0, or another node)");
    }

    /** Before Linux 6.3 there is no such setting. */
    private static int level(NodeNames node) {
        try {
            return Integer.parseInt(node.text(SETTING).strip());
        } catch (Fault none) {
            return 0;
        }
    }
}
