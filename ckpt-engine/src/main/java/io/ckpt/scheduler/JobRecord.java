package io.ckpt.scheduler;

import java.time.Instant;
import java.util.Optional;

/**
 * A job as the scheduler's controller sees it now.
 *
 * @param restarts how often it was started again; the fencing token
 * @param preempted when the preemption that is under way began
 * @param end when the present run will be, or was, ended by the scheduler
 * @param nodes nodes of the present run, in the scheduler's own notation; empty when it does not run
 * @param requeue whether the job may be requeued
 * @param reason why it waits or ended, in the scheduler's own word; empty when it has none
 */
public record JobRecord(
        String id,
        int ownerUid,
        State state,
        int restarts,
        Optional<Instant> preempted,
        Optional<Instant> end,
        String nodes,
        boolean requeue,
        String reason) {
    /**
     * Where the job stands; what no rule of ours depends on is OTHER. Where a scheduler names several at once, the first
     * of this list counts.
     */
    public enum State {
        COMPLETING,
        CANCELLED,
        SUSPENDED,
        RUNNING,
        PENDING,
        OTHER
    }
}
