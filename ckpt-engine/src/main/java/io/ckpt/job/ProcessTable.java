package io.ckpt.job;

import java.util.Optional;

/** The processes of this node, as far as the life of a protected job depends on them. */
public interface ProcessTable {
    /** The process that has this pid now; empty when there is none, or only a zombie. */
    Optional<ProcessName> find(int pid);

    /** Whether this very process still lives. */
    default boolean lives(ProcessName process) {
        return find(process.pid()).filter(process::equals).isPresent();
    }

    /** First process of a job: the oldest child of its init; 0 when there is none. */
    int firstChild(ProcessName init);

    /** Memory of the processes below an init, as they tell of themselves: what they share counts for each. */
    long memory(ProcessName init);

    /** Sees that a process and everything below it is gone: waits a moment for it to go by itself, then kills. */
    void end(ProcessName process);
}
