package io.ckpt.job;

import io.ckpt.fault.Fault;
import io.ckpt.freeze.LivePages;
import io.ckpt.memory.BySize;
import io.ckpt.memory.LiveCopy;
import io.ckpt.memory.MemoryStrategy;
import io.ckpt.memory.Reasoned;
import io.ckpt.memory.StopCopy;
import java.util.Optional;

/** Chooses how the memory of a job is captured, and says why. */
final class Strategies {
    private static final String ASKED = "asked for";

    private final MemoryStrategy stop;
    private final MemoryStrategy live;

    Strategies(int threads, int level) {
        this.stop = new StopCopy(threads, level);
        this.live = new LiveCopy(threads, level, stop);
    }

    MemoryStrategy of(CheckpointOrder order) {
        return switch (order.strategy()) {
            case STOP -> new Reasoned(stop, ASKED);
            case LIVE -> new Reasoned(live, ASKED);
            case AUTO -> order.vacate() ? new Reasoned(stop, "the job was to leave anyway") : fitting();
        };
    }

    private MemoryStrategy fitting() {
        Optional<String> missing = LivePages.missing();
        return missing.isPresent() ? new Reasoned(stop, missing.get()) : new BySize(stop, live);
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
