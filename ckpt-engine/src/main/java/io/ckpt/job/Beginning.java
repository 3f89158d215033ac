package io.ckpt.job;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.place.Place;
import io.ckpt.place.PlaceFlag;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How one run of a job begins: it gets its lease, and then starts afresh or goes on from its newest good checkpoint. Work
 * that is saved is never thrown away: a job with a good checkpoint that cannot be restarted here is refused.
 */
final class Beginning {
    private static final Logger LOG = LoggerFactory.getLogger(Beginning.class);

    private final JobPorts ports;
    private final Revival revival;

    Beginning(JobPorts ports) {
        this.ports = ports;
        this.revival = new Revival(ports.journeys());
    }

    /** The facts of a run that is under way, with the time its job was born. */
    JobFacts birthOfRunning(JobFacts claimed) {
        return bornIfKnown(claimed.id()).map(claimed::bornAt).orElse(claimed);
    }

    private JobFacts birth(JobFacts claimed) {
        if (claimed.generation() == 0) {
            return claimed;
        }
        return claimed.bornAt(ports.fence().born(claimed.id()).orElse(Instant.EPOCH));
    }

    /** The same of a run that is to begin: some schedulers start a job once more without counting it. */
    JobFacts birthBefore(JobFacts claimed) {
        return bornIfKnown(claimed.id())
                .filter(born -> claimed.generation() == 0)
                .filter(born -> ports.scheduler().isSubmittedBefore(claimed.id(), born))
                .map(claimed::bornAt)
                .orElseGet(() -> birth(claimed));
    }

    private Optional<Instant> bornIfKnown(String job) {
        try {
            return ports.fence().born(job);
        } catch (Fault noSharedDirectory) {
            return Optional.empty(); // as its lease will tell
        }
    }

    /**
     * @throws Fault BUSY when another run of the job may not have ended; otherwise why it could not be restarted
     */
    void begin(ProtectedJob job, Place place) {
        JobFacts facts = job.facts();
        if (facts.isFirstRun()) {
            leaseFirst(job, place);
            ports.scheduler().tickets().began(facts.id());
            start(job, place);
            return;
        }
        lease(facts);
        ports.journeys().succeed(facts);
        List<StoredCheckpoint> candidates = revival.candidates(facts);
        ports.scheduler().tickets().began(facts.id());
        if (candidates.isEmpty()) {
            startAnew(job, place);
        } else {
            restart(job, place, candidates);
        }
        tellDamage(job);
    }

    /** A job that has nothing to lose starts without protection rather than not at all, unless it said otherwise. */
    private void leaseFirst(ProtectedJob job, Place place) {
        try {
            lease(job.facts());
            ports.fence().bear(job.facts().id(), job.facts().born());
            ports.journeys().begin(job.facts());
        } catch (Fault fault) {
            if (fault.code() != FaultCode.IO_ERROR || place.flags().contains(PlaceFlag.REQUIRED)) {
                throw fault;
            }
            LOG.error("{} starts although it cannot be fenced: {}; {}", job, fault.getMessage(), fault.remedy());
            job.remark(fault.getMessage());
        }
    }

    private void lease(JobFacts facts) {
        try {
            ports.fence().acquire(facts.id(), facts.generation(), generation -> isNewest(facts.id(), generation));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Fault(FaultCode.BUSY, "ckptd is being stopped", "submit the job again");
        }
    }

    private boolean isNewest(String id, int generation) {
        try {
            return ports.scheduler().record(id).restarts() == generation;
        } catch (Fault unknown) {
            return false;
        }
    }

    private static void start(ProtectedJob job, Place place) {
        job.become(JobState.RUNNING);
        place.start();
        LOG.info("{} starts afresh", job);
    }

    /** It ran before, and nobody may think that it goes on. */
    private static void startAnew(ProtectedJob job, Place place) {
        job.become(JobState.RUNNING);
        place.start("WARNING: " + job + " BEGINS AFRESH: it has no checkpoint");
        LOG.warn("{} starts afresh: it has no checkpoint", job);
    }

    private void restart(ProtectedJob job, Place place, List<StoredCheckpoint> candidates) {
        job.history().obstacle().ifPresent(Beginning::refuse);
        job.become(JobState.RESTARTING);
        Optional<RestartResult> result = revival.revive(job, place, candidates);
        if (result.isEmpty()) {
            LOG.error("{}: no checkpoint is good, it starts afresh", job);
            place.start("WARNING: " + job + " BEGINS AFRESH: none of its checkpoints is good");
        }
        job.become(JobState.RUNNING);
        result.ifPresent(each -> tell(job, each));
    }

    /** That work was lost with a checkpoint is said whatever came of the others. */
    private void tellDamage(ProtectedJob job) {
        List<String> damage = Stream.concat(revival.damage(job.facts()).stream(), job.history().damage().stream())
                .toList();
        if (!damage.isEmpty()) {
            LOG.error("{}: {}", job, damage);
            comment(job, "ckpt: " + String.join("; ", damage));
            job.remark(String.join("; ", damage));
        }
    }

    private void comment(ProtectedJob job, String text) {
        try {
            ports.scheduler().comment(job.facts().id(), text);
        } catch (Fault fault) {
            LOG.warn("{}: no comment in the scheduler: {}", job, fault.getMessage());
        }
    }

    private static void refuse(Fault obstacle) {
        throw new Fault(
                obstacle.code(),
                "it cannot be restarted here: " + obstacle.getMessage(),
                obstacle.remedy() + "; its checkpoints are kept",
                obstacle);
    }

    private static void tell(ProtectedJob job, RestartResult result) {
        job.succeeded(result.checkpoint());
        LOG.info(
                "{} goes on from checkpoint {} of {} after {} ms",
                job,
                result.checkpoint().id(),
                result.checkpoint().created(),
                result.total().toMillis());
    }
}
