package io.ckpt.job;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.freeze.LivePages;
import io.ckpt.freeze.WriteTracker;
import io.ckpt.image.ImageReader;
import io.ckpt.memory.BySize;
import io.ckpt.memory.DeltaCopy;
import io.ckpt.memory.LiveCopy;
import io.ckpt.memory.MemoryStrategy;
import io.ckpt.memory.Reasoned;
import io.ckpt.memory.StopCopy;
import io.ckpt.memory.TrackedJob;
import java.util.Optional;

/** Chooses how the memory of a job is captured, and says why. */
final class Strategies {
    private static final String ASKED = "asked for";

    private final int threads;
    private final StopCopy stop;

    Strategies(int threads) {
        this.threads = threads;
        this.stop = new StopCopy(threads);
    }

    MemoryStrategy of(CheckpointOrder order) {
        return switch (order.strategy()) {
            case STOP -> new Reasoned(stop, ASKED);
            case LIVE -> new Reasoned(live(), ASKED);
            case DELTA ->
                throw new Fault(FaultCode.NOT_LIVE, WriteTracker.missing().orElseThrow(), "use 'live' or 'stop'");
            case AUTO -> order.vacate() ? new Reasoned(stop, "the job was to leave anyway") : fitting();
        };
    }

    /** Whether a checkpoint is to be taken with {@link #delta}. */
    static boolean wantsDelta(CheckpointOrder order, boolean followed) {
        boolean wanted =
                order.strategy() == Strategy.DELTA || order.strategy() == Strategy.AUTO && followed && !order.vacate();
        return wanted && WriteTracker.missing().isEmpty();
    }

    /** Whether a job that is to leave at once may be taken with {@link #delta} for want of time. */
    static boolean mayHurry(CheckpointOrder order) {
        return order.strategy() == Strategy.AUTO && order.vacate();
    }

    /** Whether a checkpoint may have to watch the memory of the job in another way. */
    static boolean mayWatch(CheckpointOrder order) {
        return order.strategy() != Strategy.STOP && !order.vacate();
    }

    DeltaCopy delta(CheckpointOrder order, TrackedJob job, Optional<ImageReader> before) {
        boolean asked = order.strategy() == Strategy.DELTA;
        Optional<MemoryStrategy> otherwise = asked ? Optional.empty() : Optional.of(order.vacate() ? stop : fitting());
        return new DeltaCopy(job, before, new DeltaCopy.Options(threads, reason(order), otherwise), stop);
    }

    private static String reason(CheckpointOrder order) {
        if (order.strategy() == Strategy.DELTA) {
            return ASKED;
        }
        return order.vacate() ? "all of it would not be durable in time" : "the job is checkpointed again and again";
    }

    private MemoryStrategy live() {
        return new LiveCopy(threads, stop);
    }

    private MemoryStrategy fitting() {
        Optional<String> missing = LivePages.missing();
        return missing.isPresent() ? new Reasoned(stop, missing.get()) : new BySize(stop, live());
    }

    /** What every job needs a little of, and what asks nothing of the node. */
    MemoryStrategy plain() {
        return stop;
    }

    /** What to do when a job could not be captured while it ran. */
    MemoryStrategy instead(Fault failed) {
        return new Reasoned(stop, "not live: " + failed.getMessage());
    }
}
