package io.ckpt.job;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;

/**
 * A moment in the life of a job, which no clock of a node that is set back changes.
 *
 * @param born when its first run began, which tells jobs of one name apart; the epoch where that is not known
 * @param clock what its own clock showed: it goes on where it stood when the job does
 */
public record JobTime(Instant born, Duration clock) implements Comparable<JobTime> {
    /** Nothing is known. */
    public static final JobTime UNKNOWN = new JobTime(Instant.EPOCH, Duration.ZERO);

    private static final Comparator<JobTime> ORDER =
            Comparator.comparing(JobTime::born).thenComparing(JobTime::clock);

    @Override
    public int compareTo(JobTime other) {
        return ORDER.compare(this, other);
    }
}
