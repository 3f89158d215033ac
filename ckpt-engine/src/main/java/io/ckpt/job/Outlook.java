package io.ckpt.job;

import java.time.Duration;
import java.util.Optional;

/**
 * What is known beforehand of a protected job's next checkpoint.
 *
 * @param history what its last ones took
 * @param grace how long its scheduler leaves it when it is preempted; empty when nobody says
 */
record Outlook(CheckpointHistory history, Optional<Duration> grace) {
    static final Outlook NONE = new Outlook(CheckpointHistory.NONE, Optional.empty());

    Outlook with(CheckpointHistory fresh) {
        return new Outlook(fresh, grace);
    }

    /** The next checkpoint of a job that has so much resident: the one before it leaves, where that has to be in time. */
    NextCheckpoint next(long resident) {
        long bytes = history.expectedBytes(resident);
        boolean partial =
                grace.map(time -> history.onlyPartialFits(resident, time)).orElse(history.endsPartial());
        return new NextCheckpoint(
                (partial ? history.partial() : history.whole(grace.isPresent())).timeFor(bytes), grace);
    }
}
