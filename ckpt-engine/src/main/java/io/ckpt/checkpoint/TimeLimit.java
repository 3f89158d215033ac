package io.ckpt.checkpoint;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * By when a checkpoint has to be durable, measured from when this was made. What cannot be in time is given up as early as
 * that is known; once the last step has begun it is done, in time or not.
 *
 * @param patience empty when there is no limit
 * @param former what an earlier checkpoint of the job took in that store
 */
public record TimeLimit(Optional<Duration> patience, Optional<Former> former, long since) {
    /** An earlier checkpoint: bytes of memory, and the time until it was durable. */
    public record Former(long bytes, Duration took) {
        private Duration timeFor(long wanted) {
            return Duration.ofMillis((long) ((double) took.toMillis() * wanted / bytes));
        }
    }

    public static TimeLimit none() {
        return new TimeLimit(Optional.empty(), Optional.empty(), 0);
    }

    /** Begins now. */
    public static TimeLimit within(Duration patience, Optional<Former> former) {
        return new TimeLimit(Optional.of(patience), former.filter(each -> each.bytes > 0), System.nanoTime());
    }

    /** @throws Fault TOO_LATE when so much memory would take longer than there is time */
    void requireTimeFor(long bytes) {
        former.map(each -> each.timeFor(bytes))
                .filter(time -> time.compareTo(left()) > 0)
                .ifPresent(time -> {
                    throw tooLate("the checkpoint would take about " + text(time) + ", as the one before did; "
                            + text(left()) + " of " + text(patience.orElseThrow()) + " are left");
                });
        requireTime();
    }

    /** @throws Fault TOO_LATE when the time is over */
    void requireTime() {
        if (patience.isPresent() && left().isNegative()) {
            throw tooLate("the checkpoint is not durable after " + text(patience.get()));
        }
    }

    private Duration left() {
        return patience.map(limit -> limit.minusNanos(System.nanoTime() - since))
                .orElse(Duration.ofSeconds(Long.MAX_VALUE));
    }

    private static Fault tooLate(String message) {
        return new Fault(
                FaultCode.TOO_LATE, message, "give it more time; the job goes on, its checkpoints are as they were");
    }

    private static String text(Duration time) {
        return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1e3);
    }
}
