package io.ckpt.job;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/** Which checkpoints of a job are kept: the newest of its newest generation first. */
final class Retention {
    static final Comparator<StoredCheckpoint> NEWEST_FIRST = Comparator.comparingInt(StoredCheckpoint::generation)
            .thenComparing(StoredCheckpoint::jobTime)
            .thenComparing(StoredCheckpoint::created)
            .reversed();

    private Retention() {}

    /** When the oldest of those that are kept was taken; what is damaged and older is of no use to anybody. */
    static Instant oldestKept(List<StoredCheckpoint> checkpoints, int keep) {
        return checkpoints.stream()
                .sorted(NEWEST_FIRST)
                .limit(keep)
                .map(StoredCheckpoint::created)
                .min(Comparator.naturalOrder())
                .orElse(Instant.EPOCH);
    }

    /** Those that need not be kept. */
    static List<StoredCheckpoint> excess(List<StoredCheckpoint> checkpoints, int keep) {
        return checkpoints.stream().sorted(NEWEST_FIRST).skip(keep).toList();
    }
}
