package io.ckpt.job;

import io.ckpt.fault.Fault;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A protected job of this node.
 *
 * @param id the scheduler's name of it
 * @param rootPid its first process in this node's root pid namespace; 0 when it does not run
 * @param generation how often it was restarted
 * @param rhythm of its periodic checkpoints; empty when there are none
 * @param keep how many checkpoints are kept
 * @param lastCheckpoint id of the newest committed checkpoint
 * @param local ids of checkpoints that only this node has, oldest first
 * @param next what the next checkpoint is expected to take
 * @param message what went wrong last; empty when nothing did
 */
public record JobStatus(
        String id,
        int ownerUid,
        State state,
        int rootPid,
        int generation,
        Instant started,
        Optional<Rhythm> rhythm,
        int keep,
        Optional<String> lastCheckpoint,
        Optional<Instant> lastCheckpointTime,
        Optional<Instant> nextCheckpointTime,
        List<String> local,
        NextCheckpoint next,
        String message) {
    /** Where a protected job stands. */
    public enum State {
        RUNNING,
        CHECKPOINTING,
        RESTARTING,
        VACATED,
        ENDED
    }

    /** The same, with what only this node has of it. */
    public JobStatus staged(List<String> waiting) {
        return with(waiting, message);
    }

    /** The same, with something more that went wrong. */
    public JobStatus remarked(Fault trouble) {
        String more = trouble.getMessage() + "; " + trouble.remedy();
        return with(local, message.isEmpty() ? more : message + "; " + more);
    }

    private JobStatus with(List<String> waiting, String told) {
        return new JobStatus(
                id,
                ownerUid,
                state,
                rootPid,
                generation,
                started,
                rhythm,
                keep,
                lastCheckpoint,
                lastCheckpointTime,
                nextCheckpointTime,
                waiting,
                next,
                told);
    }
}
