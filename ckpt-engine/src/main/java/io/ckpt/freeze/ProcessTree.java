package io.ckpt.freeze;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Processes and all their descendants, as they are at each moment.
 *
 * @param without a process of the tree that does not belong to the job itself, 0 for none
 */
record ProcessTree(Set<Integer> roots, int without) {
    /** Parents before children; zombies included, roots that have gone too. */
    Set<Integer> pids() {
        Set<Integer> found = new LinkedHashSet<>();
        Deque<Integer> next = new ArrayDeque<>(roots);
        while (!next.isEmpty()) {
            int pid = next.remove();
            if (found.add(pid)) {
                next.addAll(ProcFiles.children(pid));
            }
        }
        found.remove(without);
        return found;
    }

    /** How many pid namespaces that of the job lies within that of this process; init's is the job's. */
    int pidNamespaceDepth() {
        return roots.stream()
                .mapToInt(pid -> pid == without ? PidNamespace.depth(pid) : PidNamespace.depthOfJob(pid))
                .min()
                .orElse(0);
    }
}
