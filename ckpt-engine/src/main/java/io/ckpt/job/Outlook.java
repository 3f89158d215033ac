package io.ckpt.job;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is known beforehand of a protected job's next checkpoint.
 *
 * @param history what its last periodic ones took
 * @param leaving what those took that are durable as soon as they are taken, as one must be that ends the job
 * @param grace how long its scheduler leaves it when it is preempted; empty when nobody says
 */
record Outlook(CheckpointHistory history, CheckpointHistory leaving, Optional<Duration> grace) {
    static final Outlook NONE = new Outlook(CheckpointHistory.NONE, CheckpointHistory.NONE, Optional.empty());

    Outlook with(CheckpointHistory fresh, CheckpointHistory freshLeaving) {
        return new Outlook(fresh, freshLeaving, grace);
    }

    /** The next checkpoint of a job that has so much resident: the one before it leaves, where that has to be in time. */
    NextCheckpoint next(long resident) {
        long bytes = leaving.expectedBytes(resident);
        boolean changes = leaving.endsPartial();
        Course.Wish wish =
                new Course.Wish(grace.isPresent(), grace.isEmpty() && changes, changes, OptionalInt.empty(), grace, 0);
        return new NextCheckpoint(Course.choose(wish, leaving, bytes).forecast().timeFor(bytes), grace);
    }
}
