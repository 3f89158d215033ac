package io.ckpt.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.ckpt.image.v1.PastCheckpoint;
import io.ckpt.scheduler.Interval;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PacingTest {
    private static final Duration DAY = Duration.ofDays(1);
    private static final Pacing PACING = new Pacing(DAY, Duration.ofMinutes(5), Duration.ofHours(4));

    @Test
    void losesTheLeastTimeInAll() {
        Rhythm rhythm = PACING.of(Interval.AUTO, history(Duration.ofSeconds(8), Duration.ofSeconds(20)));

        assertThat(rhythm.interval()).isBetween(Duration.ofSeconds(1175), Duration.ofSeconds(1176));
        assertThat(rhythm.reason()).isEqualTo("the job stands still for 8.000 s each time, a failure every 1.0 days");
    }

    @Test
    void staysWithinWhatTheSiteAllows() {
        assertThat(PACING.of(Interval.AUTO, history(Duration.ofMillis(5), Duration.ofSeconds(1))))
                .isEqualTo(new Rhythm(
                        Duration.ofMinutes(5),
                        "the site's least; the job stands still for 0.005 s each time, a failure every 1.0 days"));
        assertThat(PACING.of(Interval.AUTO, history(Duration.ofHours(1), Duration.ofHours(1)))
                        .interval())
                .isEqualTo(Duration.ofHours(4));
    }

    @Test
    void leavesTheStoreTimeForOthers() {
        Rhythm rhythm = PACING.of(Interval.AUTO, history(Duration.ofMillis(5), Duration.ofMinutes(3)));

        assertThat(rhythm.interval()).isEqualTo(Duration.ofMinutes(30));
        assertThat(rhythm.reason()).startsWith("ten times as long as one takes until it is durable");
    }

    @Test
    void whatWasNotMeasuredIsMeasuredSoon() {
        assertThat(PACING.of(Interval.AUTO, CheckpointHistory.NONE))
                .isEqualTo(new Rhythm(Duration.ofMinutes(5), "what a checkpoint costs is not measured yet"));
    }

    @Test
    void aCheckpointThatEndedTheJobCostsItNothing() {
        PastCheckpoint left = past(Duration.ofHours(1), Duration.ofHours(1)).toBuilder()
                .setLeft(true)
                .build();
        CheckpointHistory history =
                history(Duration.ofSeconds(8), Duration.ofSeconds(20)).with(left);

        assertThat(PACING.of(Interval.AUTO, history).interval()).isLessThan(Duration.ofSeconds(1176));
    }

    @Test
    void whatSomebodyAskedForIsDone() {
        assertThat(PACING.of(Interval.every(Duration.ofSeconds(1)), CheckpointHistory.NONE))
                .isEqualTo(new Rhythm(Duration.ofSeconds(1), ""));
    }

    private static CheckpointHistory history(Duration pause, Duration total) {
        return CheckpointHistory.NONE.with(past(pause, total));
    }

    private static PastCheckpoint past(Duration pause, Duration total) {
        return PastCheckpoint.newBuilder()
                .setFrozenNs(pause.toNanos())
                .setTotalNs(total.toNanos())
                .build();
    }
}
