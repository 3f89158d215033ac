package io.ckpt.job;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.place.Place;
import io.ckpt.progress.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings a job back from the newest checkpoint that is good. */
final class Revival {
    private static final Logger LOG = LoggerFactory.getLogger(Revival.class);
    private static final Set<FaultCode> NO_GOOD = Set.of(FaultCode.IMAGE_DAMAGED, FaultCode.NOT_FOUND);

    private final JobJourneys journeys;

    Revival(JobJourneys journeys) {
        this.journeys = journeys;
    }

    /**
     * @param result empty when there was no good checkpoint to restart from
     * @param damaged what was wrong with newer ones; full clauses
     */
    record Outcome(Optional<RestartResult> result, List<String> damaged) {}

    /** Checkpoints a job may be restarted from, newest first: its owner's, and not of an earlier job of that name. */
    List<StoredCheckpoint> candidates(JobFacts job) {
        return journeys.list(new StoreQuery(job.store(), Optional.of(job.id()))).stream()
                .filter(each -> each.ownerUid() == job.uid() && !each.created().isBefore(job.born()))
                .sorted(Retention.NEWEST_FIRST)
                .toList();
    }

    /**
     * @param candidates newest first
     * @throws Fault when a checkpoint is good and yet the job could not be rebuilt here
     */
    Outcome revive(JobFacts job, Place place, List<StoredCheckpoint> candidates) {
        List<String> damaged = new ArrayList<>();
        for (StoredCheckpoint each : candidates) {
            try {
                return new Outcome(Optional.of(journeys.restart(job, place, each, Progress.none())), damaged);
            } catch (Fault fault) {
                if (!NO_GOOD.contains(fault.code())) {
                    throw fault;
                }
                LOG.warn("job {}: checkpoint {} is passed over: {}", job.id(), each.id(), fault.getMessage());
                damaged.add("checkpoint " + each.id() + " is damaged: " + fault.getMessage());
            }
        }
        return new Outcome(Optional.empty(), damaged);
    }
}
