package io.ckpt.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetentionTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    @Test
    void theOldestAreInExcess() {
        assertThat(excess(2, at("a", 0, 0), at("c", 0, 20), at("b", 0, 10))).containsExactly("a");
    }

    @Test
    void aLaterGenerationIsNewerWhateverTheClockSaid() {
        assertThat(excess(1, at("late-clock", 0, 500), at("newer-run", 1, 0))).containsExactly("late-clock");
    }

    @Test
    void aClockOfTheNodeThatWasSetBackMakesNothingOlder() {
        assertThat(excess(1, of("before", Duration.ofMinutes(1), 500), of("after", Duration.ofMinutes(2), 0)))
                .containsExactly("before");
    }

    @Test
    void fewerThanAllowedAreAllKept() {
        assertThat(excess(3, at("a", 0, 0), at("b", 0, 1))).isEmpty();
    }

    private static List<String> excess(int keep, StoredCheckpoint... checkpoints) {
        return Retention.excess(List.of(checkpoints), keep).stream()
                .map(StoredCheckpoint::id)
                .toList();
    }

    private static StoredCheckpoint of(String id, Duration jobClock, int second) {
        return FakeJourneys.checkpoint(id, "7", 0, new JobTime(NOON, jobClock), NOON.plusSeconds(second));
    }

    private static StoredCheckpoint at(String id, int generation, int second) {
        return FakeJourneys.checkpoint(id, "7", generation, NOON.plusSeconds(second));
    }
}
