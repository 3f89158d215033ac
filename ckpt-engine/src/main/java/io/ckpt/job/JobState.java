package io.ckpt.job;

import java.util.Map;
import java.util.Set;

/** Where a protected job stands in its life on this node, and what may come next. */
public enum JobState {
    /** Its place has said hello; whether it starts afresh or is restarted is being decided. */
    STARTING,
    /** It is being rebuilt from an image. */
    RESTARTING,
    RUNNING,
    /** A checkpoint is under way and the job will go on. */
    CHECKPOINTING,
    /** A checkpoint is under way and the job will be gone. */
    VACATING,
    /** Its image is durable and it is gone, to be started again. */
    VACATED,
    /** It is over, or was refused. */
    ENDED;

    private static final Map<JobState, Set<JobState>> NEXT = Map.of(
            STARTING, Set.of(RESTARTING, RUNNING, ENDED),
            RESTARTING, Set.of(RUNNING, ENDED),
            RUNNING, Set.of(CHECKPOINTING, VACATING, ENDED),
            CHECKPOINTING, Set.of(RUNNING, ENDED),
            VACATING, Set.of(RUNNING, VACATED, ENDED),
            VACATED, Set.of(),
            ENDED, Set.of());

    public boolean mayBecome(JobState next) {
        return NEXT.get(this).contains(next);
    }

    /** A checkpoint is under way. */
    public boolean isBusy() {
        return this == CHECKPOINTING || this == VACATING;
    }

    /** Something is under way that ends by itself. */
    boolean passes() {
        return isBusy() || this == STARTING || this == RESTARTING;
    }

    /** Its processes are gone, or will never be. */
    public boolean isOver() {
        return this == VACATED || this == ENDED;
    }

    JobStatus.State shown() {
        return switch (this) {
            case STARTING, RESTARTING -> JobStatus.State.RESTARTING;
            case RUNNING -> JobStatus.State.RUNNING;
            case CHECKPOINTING, VACATING -> JobStatus.State.CHECKPOINTING;
            case VACATED -> JobStatus.State.VACATED;
            case ENDED -> JobStatus.State.ENDED;
        };
    }
}
