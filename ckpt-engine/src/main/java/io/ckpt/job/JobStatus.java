package io.ckpt.job;

import java.time.Instant;
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
}
