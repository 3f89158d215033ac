package io.ckpt.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CheckpointScheduleTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Optional<Duration> HOUR = Optional.of(Duration.ofHours(1));

    @Test
    void theNextCheckpointFollowsAfterTheInterval() {
        assertThat(new CheckpointSchedule(() -> 0).next(HOUR, START)).contains(START.plusSeconds(3600));
    }

    @Test
    void chanceLeavesOutATenthAtMost() {
        assertThat(new CheckpointSchedule(() -> 0.999_999).next(HOUR, START).orElseThrow())
                .isBetween(START.plusSeconds(3240), START.plusSeconds(3241));
    }

    @Test
    void aJobWithoutIntervalHasNoNext() {
        assertThat(new CheckpointSchedule(() -> 0).next(Optional.empty(), START))
                .isEmpty();
    }
}
