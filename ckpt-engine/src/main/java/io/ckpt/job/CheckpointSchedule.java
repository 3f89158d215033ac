package io.ckpt.job;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * When the next periodic checkpoint of a job is due. Jobs that began together drift apart: up to a tenth of each interval
 * is left out by chance, so that they do not all write at once.
 */
public final class CheckpointSchedule {
    private static final double SPREAD = 0.1;

    private final DoubleSupplier chance;

    /** @param chance evenly spread over [0, 1) */
    public CheckpointSchedule(DoubleSupplier chance) {
        this.chance = chance;
    }

    /** @param from start of the job, or end of the last checkpoint or attempt */
    public Optional<Instant> next(Optional<Duration> interval, Instant from) {
        return interval.map(each -> from.plus(shortened(each)));
    }

    private Duration shortened(Duration interval) {
        return interval.minusNanos((long) (interval.toNanos() * SPREAD * chance.getAsDouble()));
    }
}
