package io.ckpt.job;

import io.ckpt.scheduler.Interval;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Chooses the interval of jobs that leave it to the site. Young's rule: when a checkpoint costs a job the time C and
 * something fails every M, least time is lost in all with one every sqrt(2 C M).
 *
 * @param mtbf how often a node fails, or whatever else ends a job without a word
 * @param least of the intervals that are chosen, and what is taken until something has been measured
 * @param most of the intervals that are chosen
 */
public record Pacing(Duration mtbf, Duration least, Duration most) {
    /** A store has other things to do: a job that writes its checkpoints all the time helps nobody. */
    private static final int TIMES_ITS_LENGTH = 10;

    Rhythm of(Interval interval, CheckpointHistory history) {
        return interval instanceof Interval.Every every ? new Rhythm(every.time(), "") : automatic(history);
    }

    private Rhythm automatic(CheckpointHistory history) {
        return history.cost()
                .map(this::worthwhile)
                .orElseGet(() -> new Rhythm(least, "what a checkpoint costs is not measured yet"));
    }

    private Rhythm worthwhile(CheckpointHistory.Cost cost) {
        Duration best = young(cost.pause());
        Duration unhurried = cost.total().multipliedBy(TIMES_ITS_LENGTH);
        String why = String.format(
                Locale.ROOT,
                "the job stands still for %.3f s each time, a failure every %.1f days",
                seconds(cost.pause()),
                seconds(mtbf) / 86400);
        return clamped(
                best.compareTo(unhurried) < 0
                        ? new Rhythm(unhurried, "ten times as long as one takes until it is durable; " + why)
                        : new Rhythm(best, why));
    }

    private Rhythm clamped(Rhythm wanted) {
        if (wanted.interval().compareTo(least) < 0) {
            return new Rhythm(least, "the site's least; " + wanted.reason());
        }
        return wanted.interval().compareTo(most) > 0 ? new Rhythm(most, "the site's most; " + wanted.reason()) : wanted;
    }

    private Duration young(Duration cost) {
        return Duration.ofMillis((long) (1000 * Math.sqrt(2 * seconds(cost) * seconds(mtbf))));
    }

    private static double seconds(Duration time) {
        return time.getSeconds() + time.getNano() / 1e9;
    }

    /** Nothing for a job without periodic checkpoints. */
    Optional<Rhythm> of(JobFacts job, CheckpointHistory history) {
        return job.interval().map(interval -> of(interval, history));
    }
}
