package io.ckpt.job;

import io.ckpt.fault.Fault;
import io.ckpt.scheduler.JobRecord;
import io.ckpt.scheduler.JobRecord.State;
import io.ckpt.scheduler.Scheduler;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees that a job that was vacated waits no longer than it must: schedulers hold a requeued job back for minutes, to let
 * old credentials run out.
 */
final class Homecoming {
    private static final Logger LOG = LoggerFactory.getLogger(Homecoming.class);
    private static final int LOOKS = 120;

    private final Scheduler scheduler;

    Homecoming(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** Looks once a second until the job waits in the queue again, then lets it start. */
    void expect(JobFacts job, ScheduledExecutorService clock) {
        look(job, clock, LOOKS);
    }

    private void look(JobFacts job, ScheduledExecutorService clock, int looks) {
        if (looks > 0 && !isSettled(job)) {
            clock.schedule(() -> look(job, clock, looks - 1), 1, TimeUnit.SECONDS);
        }
    }

    private boolean isSettled(JobFacts job) {
        try {
            JobRecord record = scheduler.record(job.id());
            boolean waits = record.restarts() > job.generation() && record.state() == State.PENDING;
            if (waits) {
                scheduler.startNow(job.id());
            }
            return waits || record.state() == State.CANCELLED || record.state() == State.OTHER;
        } catch (Fault fault) {
            LOG.warn("job {}: {}; {}", job.id(), fault.getMessage(), fault.remedy());
            return true;
        }
    }
}
