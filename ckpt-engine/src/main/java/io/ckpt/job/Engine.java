package io.ckpt.job;

import io.ckpt.progress.Progress;
import java.util.List;
import java.util.OptionalInt;

/**
 * The engine of one node: the one door that {@code service} and the embedded command line go through. Calls block until
 * the work is done, may come from several threads, and throw {@link io.ckpt.fault.Fault}. Whether the caller may ask is
 * decided before; the engine only holds a target to the owner named in the order.
 */
public interface Engine {
    /**
     * Checkpoints a job or a process tree. The checkpoint is durable when this returns.
     *
     * @throws io.ckpt.fault.Fault BUSY when a checkpoint of the same job is under way; NOT_FOUND when the target is not
     *     there or is not its expected owner's; UNSUPPORTED_OBJECT with all refusals at once
     */
    CheckpointResult checkpoint(CheckpointOrder order, Progress progress);

    /** Restarts a job from a checkpoint. The job runs when this returns, unless the order was a dry run. */
    RestartResult restart(RestartOrder order, Progress progress);

    /** Returns when no job that runs needs this process to get its memory. */
    void settle();

    /** Committed checkpoints of one store, oldest first; anything half-written is not among them. */
    List<StoredCheckpoint> list(StoreQuery query);

    /** Those that {@link #list} leaves out because they cannot be restarted. */
    List<DamagedCheckpoint> damaged(StoreQuery query);

    /** The one checkpoint that is meant, or NOT_FOUND. */
    StoredCheckpoint show(CheckpointName name);

    /** Uid whose a checkpoint is, also when it is damaged; empty when nothing is known of it. */
    OptionalInt owner(CheckpointName name);

    /** The restart programme on this node, one call a line as strace(1) prints it. */
    String plan(CheckpointName name);

    /**
     * Reads the whole image again and compares every hash and the seal.
     *
     * @return number of bytes read
     * @throws io.ckpt.fault.Fault IMAGE_DAMAGED naming the entry that does not hold
     */
    long verify(CheckpointName name);

    /**
     * Has a checkpoint need no other any more; every other that needs it does so still.
     *
     * @throws io.ckpt.fault.Fault BUSY while another of the job is consolidated; IMAGE_DAMAGED
     */
    StoredCheckpoint consolidate(CheckpointName name);

    /** Deletes a checkpoint, be it whole or damaged; NOT_FOUND when there is none. */
    void delete(CheckpointName name);

    /** The nodes of the site's store that are known, and what stands against a restart of a checkpoint on each. */
    List<NodeFit> nodes(CheckpointName name);

    /** Jobs protected on this node. */
    List<JobStatus> jobs();

    /**
     * Whether a checkpoint would work, and what would keep it from working. The target stands still for a moment.
     *
     * @param expectedOwner see {@link CheckpointOrder}
     */
    Examination examine(Target target, OptionalInt expectedOwner);

    /** Whether this node can do the work: every check with its value and, where it fails, a remedy. */
    List<Finding> doctor();
}
