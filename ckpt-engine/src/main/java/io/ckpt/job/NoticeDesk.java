package io.ckpt.job;

import io.ckpt.fault.Fault;
import io.ckpt.place.Place;
import io.ckpt.progress.Progress;
import io.ckpt.scheduler.Notice;
import io.ckpt.scheduler.Scheduler;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers a place that was told to leave: is the job to be checkpointed and to go, or is the signal its own business? */
final class NoticeDesk {
    private static final Logger LOG = LoggerFactory.getLogger(NoticeDesk.class);
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Duration HURRIED_AGAIN = Duration.ofMillis(500);

    private final Scheduler scheduler;
    private final Clock clock;

    /** What takes a job away: a checkpoint that leaves nothing running, told to its place when it is durable. */
    interface Vacating {
        /** Called before, while another checkpoint of the job may be under way: the job waits for that. */
        default void hurry(ProtectedJob job) {}

        void vacate(ProtectedJob job, CheckpointOrder order, Progress progress);
    }

    private final Vacating vacating;

    NoticeDesk(Scheduler scheduler, Vacating vacating, Clock clock) {
        this.scheduler = scheduler;
        this.vacating = vacating;
        this.clock = clock;
    }

    /** Answers once; a second notice while the job is being vacated is answered by the end of that. */
    void answer(ProtectedJob job, Place place, int signal) {
        if (job.state() == JobState.VACATING) {
            return;
        }
        Notice notice = ask(job);
        LOG.info("{}: signal {} means {}", job, signal, notice.kind());
        if (!notice.comesBack() || !leaves(job, notice)) {
            place.pass();
        }
    }

    private Notice ask(ProtectedJob job) {
        try {
            return scheduler.classify(
                    scheduler.record(job.facts().id()), job.facts().generation());
        } catch (Fault fault) {
            LOG.warn("{}: the signal is passed on: {}; {}", job, fault.getMessage(), fault.remedy());
            return Notice.of(Notice.Kind.UNKNOWN);
        }
    }

    /** What another notice has begun is as good. */
    private boolean leaves(ProtectedJob job, Notice notice) {
        try {
            awaitHurried(job, notice.deadline().map(this::until).orElse(PATIENCE));
            vacating.vacate(
                    job, JobCheckpoints.leaving(job.facts(), notice.deadline().map(this::until)), Progress.none());
            return true;
        } catch (Fault told) {
            return job.state().isOver() || job.state() == JobState.VACATING;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Hurried again and again: it may only just be beginning, or begin once more in another store. */
    private void awaitHurried(ProtectedJob job, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        for (long left = patience.toNanos(); left > 0 && job.state().passes(); left = end - System.nanoTime()) {
            vacating.hurry(job);
            job.awaitSettled(Duration.ofNanos(Math.min(left, HURRIED_AGAIN.toNanos())));
        }
    }

    private Duration until(Instant deadline) {
        Duration left = Duration.between(clock.instant(), deadline);
        return left.isNegative() ? Duration.ZERO : left;
    }
}
