package io.ckpt.job;

import io.ckpt.fault.Fault;
import io.ckpt.progress.Progress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checkpoints of protected jobs, one at a time each. A checkpoint that fails leaves the job as it was: the error is logged
 * and shown with the job's status.
 */
final class JobCheckpoints {
    private static final Logger LOG = LoggerFactory.getLogger(JobCheckpoints.class);

    /** Of a job that is not to be vacated. */
    static final Runnable STAYING = () -> {};

    private final JobJourneys journeys;
    private final JobSettings settings;
    private final CheckpointSchedule schedule;
    private final Clock clock;

    JobCheckpoints(JobJourneys journeys, JobSettings settings, CheckpointSchedule schedule, Clock clock) {
        this.journeys = journeys;
        this.settings = settings;
        this.schedule = schedule;
        this.clock = clock;
    }

    /**
     * Takes a checkpoint now.
     *
     * @param leaving done when it is durable, before the job that is to be vacated is ended
     * @throws Fault BUSY when one is under way; otherwise what kept it from being taken
     */
    CheckpointResult take(ProtectedJob job, CheckpointOrder order, Runnable leaving, Progress progress) {
        job.become(order.vacate() ? JobState.VACATING : JobState.CHECKPOINTING);
        CheckpointResult durable = journeys.settled(takeBusy(job, order, leaving, progress));
        prune(job, order);
        return durable;
    }

    /** The periodic checkpoint that is due. */
    void takePeriodic(ProtectedJob job) {
        if (!job.tryBecome(JobState.CHECKPOINTING)) {
            return;
        }
        try {
            CheckpointResult result = takeBusy(job, order(job.facts(), false), STAYING, Progress.none());
            if (result.checkpoint().durable()) {
                prune(job);
            }
        } catch (Fault told) {
            LOG.debug("{}: goes on without this checkpoint", job);
        }
    }

    /** The order of the site itself for a job. */
    static CheckpointOrder order(JobFacts job, boolean vacate) {
        return order(job, vacate, Optional.empty());
    }

    /** The same for a job that must go. Its deadline is not firm: it has nothing to lose by trying. */
    static CheckpointOrder leaving(JobFacts job, Optional<Duration> patience) {
        return order(job, true, patience.map(time -> new Deadline(time, false)));
    }

    private static CheckpointOrder order(JobFacts job, boolean vacate, Optional<Deadline> deadline) {
        return new CheckpointOrder(
                new Target.Job(job.id()),
                OptionalInt.of(job.uid()),
                vacate,
                job.store(),
                deadline,
                Strategy.AUTO,
                OptionalInt.empty(),
                Limits.NONE,
                false);
    }

    void scheduleNext(ProtectedJob job) {
        job.schedule(schedule.next(rhythm(job).map(Rhythm::interval), clock.instant()));
    }

    Optional<Rhythm> rhythm(ProtectedJob job) {
        return settings.pacing()
                .of(job.facts(), job.outlook().orElse(Outlook.NONE).history());
    }

    /** @param grace as the scheduler tells it */
    void foresee(ProtectedJob job, Optional<Duration> grace) {
        job.expect(new Outlook(
                journeys.history(job.facts(), false), journeys.history(job.facts(), true), grace.or(settings::grace)));
        if (job.due().isPresent()) {
            scheduleNext(job);
        }
    }

    private CheckpointResult takeBusy(ProtectedJob job, CheckpointOrder order, Runnable leaving, Progress progress) {
        job.schedule(Optional.empty());
        try (BusyMark mark = BusyMark.set(settings.busyDirectory(), job.facts().id())) {
            CheckpointResult result = checkpoint(job, order, leaving, progress);
            job.succeeded(result.checkpoint());
            learn(job, result.checkpoint().durable());
            return result;
        } catch (Fault fault) {
            tell(job, fault);
            throw fault;
        } finally {
            goOn(job);
        }
    }

    /** The shared store is not asked for what it has not seen: it may be slow. */
    private void learn(ProtectedJob job, boolean durable) {
        Outlook before = job.outlook().orElse(Outlook.NONE);
        job.expect(before.with(
                journeys.history(job.facts(), false),
                durable ? journeys.history(job.facts(), true) : before.leaving()));
    }

    private CheckpointResult checkpoint(ProtectedJob job, CheckpointOrder order, Runnable leaving, Progress progress) {
        try {
            return journeys.checkpoint(job.facts(), order, leaving, progress);
        } catch (Fault told) {
            throw told;
        } catch (RuntimeException defect) {
            LOG.error("{}: this is a defect of ckpt: please report it", job, defect);
            throw Fault.internal("checkpoint of " + job + ": " + defect, defect);
        }
    }

    /** Unless it has left, or ended meanwhile. */
    private void goOn(ProtectedJob job) {
        if (job.tryBecome(JobState.RUNNING)) {
            scheduleNext(job);
        }
    }

    private static void tell(ProtectedJob job, Fault fault) {
        LOG.error("{}: no checkpoint: {}; {}", job, fault.getMessage(), fault.remedy());
        job.remark("no checkpoint: " + fault.getMessage() + "; " + fault.remedy());
    }

    /** Deletes durable checkpoints of a job that need not be kept. */
    void prune(ProtectedJob job) {
        prune(job, order(job.facts(), false));
    }

    private void prune(ProtectedJob job, CheckpointOrder order) {
        StoreQuery query = new StoreQuery(
                order.store().or(job.facts()::store), Optional.of(job.facts().id()));
        List<StoredCheckpoint> own =
                journeys.list(query).stream().filter(job.facts()::wrote).toList();
        List<StoredCheckpoint> excess = Retention.excess(own, job.facts().keep());
        for (StoredCheckpoint old : excess) {
            delete(job, old);
        }
        if (!excess.isEmpty()) {
            journeys.deleteDamaged(query, Retention.oldestKept(own, job.facts().keep()));
        }
    }

    private void delete(ProtectedJob job, StoredCheckpoint old) {
        try {
            journeys.delete(CheckpointName.of(old));
        } catch (Fault fault) {
            LOG.warn("{}: checkpoint {} is kept: {}; {}", job, old.id(), fault.getMessage(), fault.remedy());
            job.remark("checkpoint " + old.id() + " could not be deleted: " + fault.getMessage());
        }
    }
}
