package io.ckpt.job;

import io.ckpt.fault.Fault;
import io.ckpt.place.Place;
import io.ckpt.progress.Progress;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** The two journeys and the store as protected jobs need them. Calls block and throw {@link io.ckpt.fault.Fault}. */
public interface JobJourneys {
    /**
     * Checkpoints everything below the init of a job, init left out; the checkpoint carries the job's generation. One that
     * neither ends the job nor has a deadline may lie on this node only when this returns, see {@link #settled}.
     *
     * @param order its store is the job's, where the caller asked for no other
     * @param leaving done when the checkpoint is durable, before the job that is to be vacated is ended
     */
    CheckpointResult checkpoint(JobFacts job, CheckpointOrder order, Runnable leaving, Progress progress);

    /** Has a checkpoint of a job that is under way, if one is, taken as fast as it goes. */
    void hurry(JobFacts job);

    /** Returns when a checkpoint is durable, and tells of it as it is then. */
    CheckpointResult settled(CheckpointResult taken);

    /** Begins the first run of a job: what a former job of that name has left keeps it from nothing. */
    void begin(JobFacts job);

    /**
     * Begins a run that goes on with a job: what former runs have left on this node becomes durable, and no former run writes
     * any more.
     */
    void succeed(JobFacts job);

    /** What {@link #checkpoint} would refuse; see {@link Engine#examine}. */
    Examination examine(JobFacts job, OptionalInt expectedOwner);

    /**
     * Rebuilds a job in a place that has said hello, and lets it run.
     *
     * @param lost told when it ran and is ended again, for the rest of its memory cannot be had
     * @throws io.ckpt.fault.Fault IMAGE_DAMAGED when an older checkpoint is worth a try; the place is then as before
     */
    RestartResult restart(
            JobFacts job, Place place, StoredCheckpoint checkpoint, Consumer<Fault> lost, Progress progress);

    /**
     * What the last checkpoints of a job took.
     *
     * @param durable of those only that were durable as soon as they were taken
     */
    CheckpointHistory history(JobFacts job, boolean durable);

    /** Durable checkpoints that can be read, in any order. */
    List<StoredCheckpoint> list(StoreQuery query);

    /** What is wrong with committed checkpoints that cannot be read; full clauses. */
    List<String> damage(StoreQuery query);

    void delete(CheckpointName name);

    /** Deletes damaged checkpoints of a job that were begun before a time. */
    void deleteDamaged(StoreQuery query, Instant before);
}
