package io.ckpt.checkpoint;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * By when a checkpoint has to be durable. What cannot be in time is given up as early as
 * that is known; once the last step has begun it is done, in time or not.
 *
 * @param patience empty when there is no limit
 * @param forecast what such a checkpoint of the job takes in that store
 */
public record TimeLimit(Optional<Duration> patience, Forecast forecast, long since) {
    public static TimeLimit none() {
        return new TimeLimit(Optional.empty(), Forecast.NONE, 0);
    }

    /** @param since when the checkpoint was asked for, of System.nanoTime() */
    public static TimeLimit within(Duration patience, Forecast forecast, long since) {
        return new TimeLimit(Optional.of(patience), forecast, since);
    }

    /** @throws Fault TOO_LATE when so much memory would take longer than there is time, even if all went well */
    public void requireTimeFor(long bytes) {
        if (patience.isEmpty()) {
            return;
        }
        Duration left = left().isNegative() ? Duration.ZERO : left();
        forecast.atBest(bytes).filter(time -> time.compareTo(left) > 0).ifPresent(time -> {
            throw tooLate("the checkpoint would take about " + text(time) + ", as those before did; " + text(left)
                    + " of " + text(patience.get()) + " are left");
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
        return patience.orElseThrow().minusNanos(System.nanoTime() - since);
    }

    private static Fault tooLate(String message) {
        return new Fault(
                FaultCode.TOO_LATE, message, "give it more time; the job goes on, its checkpoints are as they were");
    }

    private static String text(Duration time) {
        return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1e3);
    }
}
