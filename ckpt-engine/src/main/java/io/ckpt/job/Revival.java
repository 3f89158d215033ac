package io.ckpt.job;

import io.ckpt.fault.Fault;
import io.ckpt.place.Place;
import io.ckpt.progress.Progress;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings a job back from the newest checkpoint that is good. */
final class Revival {
    private static final Logger LOG = LoggerFactory.getLogger(Revival.class);

    private final JobJourneys journeys;

    Revival(JobJourneys journeys) {
        this.journeys = journeys;
    }

    /** What is wrong with checkpoints of a job that cannot even be considered. */
    List<String> damage(JobFacts job) {
        return journeys.damage(new StoreQuery(job.store(), Optional.of(job.id())));
    }

    /** Checkpoints a job may be restarted from, newest first: its owner's, and not of an earlier job of that name. */
    List<StoredCheckpoint> candidates(JobFacts job) {
        return journeys.list(new StoreQuery(job.store(), Optional.of(job.id()))).stream()
                .filter(job::wrote)
                .sorted(Retention.NEWEST_FIRST)
                .toList();
    }

    /**
     * Rebuilds the job in its place.
     *
     * @param candidates newest first
     * @return empty when none of them is good
     * @throws Fault when a checkpoint is good and yet the job could not be rebuilt here
     */
    Optional<RestartResult> revive(ProtectedJob job, Place place, List<StoredCheckpoint> candidates) {
        for (StoredCheckpoint each : candidates) {
            Optional<RestartResult> result =
                    job.history().passesOver(each) ? Optional.empty() : attempt(job, place, each);
            if (result.isPresent()) {
                return result;
            }
        }
        return Optional.empty();
    }

    private Optional<RestartResult> attempt(ProtectedJob job, Place place, StoredCheckpoint checkpoint) {
        try {
            return Optional.of(restart(job, place, checkpoint));
        } catch (Fault fault) {
            job.history().failed(checkpoint, fault);
            if (!RestartHistory.isNoGood(fault) || !place.isOpen()) {
                throw fault;
            }
            LOG.warn("{}: checkpoint {} is passed over: {}", job, checkpoint.id(), fault.getMessage());
            return Optional.empty();
        }
    }

    /** Its place asks for it again. */
    private static void lose(ProtectedJob job, StoredCheckpoint checkpoint, Fault fault) {
        LOG.error("{} is ended: {}; {}", job, fault.getMessage(), fault.remedy());
        job.history().failed(checkpoint, fault);
        job.remark(fault.getMessage());
    }

    private RestartResult restart(ProtectedJob job, Place place, StoredCheckpoint checkpoint) {
        try {
            return journeys.restart(
                    job.facts(), place, checkpoint, fault -> lose(job, checkpoint, fault), Progress.none());
        } catch (Fault told) {
            throw told;
        } catch (RuntimeException defect) {
            throw Fault.internal("restart of " + job + ": " + defect, defect);
        }
    }
}
