package io.ckpt.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.ckpt.image.Compression;
import io.ckpt.image.v1.PastCheckpoint;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class CourseTest {
    private static final long GIB = 1L << 30;

    private CheckpointHistory history = CheckpointHistory.NONE;

    @Test
    void whereNothingWasMeasuredTheUsualIsTried() {
        assertThat(choose(Optional.of(Duration.ofMillis(1))).compression()).isEqualTo(Compression.USUAL);
    }

    @Test
    void theUsualIsTakenWhenItFits() {
        whole(4, 4);

        assertThat(choose(Optional.of(Duration.ofSeconds(9))).compression()).isEqualTo(Compression.USUAL);
        assertThat(choose(Optional.empty()).compression()).isEqualTo(Compression.USUAL);
    }

    @Test
    void aFastStoreTakesMemoryAsItIsWhenTimeIsShort() {
        whole(7, 1);

        Course hasty = choose(Optional.of(Duration.ofSeconds(6)));

        assertThat(hasty.compression().level()).isEqualTo(Compression.NONE);
        assertThat(hasty.compression().reason()).isEqualTo("zstd 1 would take about 8.0 s");
        assertThat(hasty.forecast().timeFor(GIB).orElseThrow())
                .isBetween(Duration.ofMillis(4790), Duration.ofMillis(4810));
    }

    @Test
    void memoryAsItIsNeedsRoomInTheStore() {
        whole(7, 1);
        Course.Wish wish =
                new Course.Wish(true, false, false, OptionalInt.empty(), Optional.of(Duration.ofSeconds(6)), GIB - 1);

        assertThat(Course.choose(wish, history, GIB).compression().level()).isNotEqualTo(Compression.NONE);
    }

    @Test
    void aSlowStoreIsNotGivenMoreBecauseTimeIsShort() {
        whole(1, 7);

        assertThat(choose(Optional.of(Duration.ofSeconds(6))).compression().level())
                .isEqualTo(Compression.NORMAL);
    }

    @Test
    void aVerySlowStoreIsWorthEveryByte() {
        assertThat(Compression.SMALL).isGreaterThan(Compression.NORMAL);
        whole(1, 100);
        assertThat(choose(Optional.empty()).compression().level())
                .as("one hundredth is not worth while")
                .isEqualTo(Compression.NORMAL);
    }

    @Test
    void whatChangedMayLeaveInTimeWhereAllOfItDoesNot() {
        whole(10, 10);
        history = history.with(past(GIB, 1).toBuilder().setPartial(true).build());

        assertThat(leave(Duration.ofSeconds(10)).partial()).isTrue();
        assertThat(leave(Duration.ofSeconds(30)).partial()).isFalse();
        assertThat(leave(Duration.ofMillis(500)).partial()).isFalse();
    }

    @Test
    void whatSomebodyAskedForIsDone() {
        whole(7, 1);
        Course.Wish wish =
                new Course.Wish(false, false, false, OptionalInt.of(9), Optional.of(Duration.ofSeconds(1)), 2 * GIB);

        assertThat(Course.choose(wish, history, GIB).compression()).isEqualTo(Compression.waiting(9, "asked for"));
    }

    private Course choose(Optional<Duration> patience) {
        return Course.choose(
                new Course.Wish(false, false, false, OptionalInt.empty(), patience, 2 * GIB), history, GIB);
    }

    private Course leave(Duration patience) {
        Course.Wish wish = new Course.Wish(true, false, true, OptionalInt.empty(), Optional.of(patience), 2 * GIB);
        return Course.choose(wish, history, GIB);
    }

    /** One GiB that packs to half. */
    private void whole(int packSeconds, int sinkSeconds) {
        history = history.with(past(GIB, packSeconds + sinkSeconds).toBuilder()
                .setPlainBytes(GIB)
                .setStoredBytes(GIB / 2)
                .setPackNs(Duration.ofSeconds(packSeconds).toNanos())
                .setSinkNs(Duration.ofSeconds(sinkSeconds).toNanos())
                .build());
    }

    private static PastCheckpoint past(long bytes, int seconds) {
        return PastCheckpoint.newBuilder()
                .setLevel(Compression.NORMAL)
                .setMemoryBytes(bytes)
                .setResidentBytes(bytes)
                .setTotalNs(Duration.ofSeconds(seconds).toNanos())
                .build();
    }
}
