package io.ckpt.kind.file;

import io.ckpt.freeze.NodeNames;
import io.ckpt.procfs.ProcStatus;
import java.util.Optional;

/** How much pipes may hold on a node, and who may exceed it. */
final class Capacities {
    private static final String LARGEST = "/proc/sys/fs/pipe-max-size";
    private static final int SYS_RESOURCE = 24;

    private Capacities() {}

    /** Only who has CAP_SYS_RESOURCE may make larger queues and pipes than the node allows. */
    static boolean mayBeExceeded(NodeNames node) {
        long capabilities =
                ProcStatus.parse(node.text("/proc/self/status")).capabilities().effective();
        return (capabilities >>> SYS_RESOURCE & 1) != 0;
    }

    static Optional<String> obstacle(int capacity, NodeNames node) {
        int largest = Integer.parseInt(node.text(LARGEST).strip());
        return capacity <= largest || mayBeExceeded(node)
                ? Optional.empty()
                : Optional.of("a pipe of " + capacity + " bytes cannot be made: " + LARGEST + " says " + largest
                        + " (sysctl fs.pipe-max-size=" + capacity + ")");
    }
}
