package io.ckpt.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.ckpt.image.v1.PastCheckpoint;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CheckpointHistoryTest {
    private static final long GIB = 1L << 30;
    private static final long MIB = 1L << 20;

    @Test
    void expectsTheMedianInProportionToTheMemory() {
        CheckpointHistory history = history(whole(GIB, 2), whole(GIB, 90), whole(2 * GIB, 6));

        assertThat(history.forecast(false, false, 1).timeFor(GIB)).contains(Duration.ofSeconds(3));
        assertThat(history.forecast(false, false, 1).timeFor(4 * GIB)).contains(Duration.ofSeconds(12));
    }

    @Test
    void tellsWhatOneTakesWhenAllGoesWell() {
        assertThat(history(whole(GIB, 2), whole(GIB, 90), whole(GIB, 90))
                        .forecast(false, false, 1)
                        .atBest(2 * GIB))
                .contains(Duration.ofSeconds(4));
        assertThat(CheckpointHistory.NONE.forecast(false, false, 1).atBest(GIB)).isEmpty();
    }

    @Test
    void anotherProcessOfTheSamePidTellsNothing() {
        CheckpointHistory history =
                history(whole(GIB, 90).toBuilder().setProcessStart(7).build());

        assertThat(history.ofRun(8)).isEqualTo(CheckpointHistory.NONE);
        assertThat(history.ofRun(7)).isEqualTo(history);
    }

    @Test
    void ofTwoTheSlowerCounts() {
        assertThat(history(whole(GIB, 2), whole(GIB, 3))
                        .forecast(false, false, 1)
                        .timeFor(GIB))
                .contains(Duration.ofSeconds(3));
    }

    @Test
    void expectsNothingWhereNothingWasMeasured() {
        assertThat(CheckpointHistory.NONE.forecast(false, true, 1).timeFor(GIB)).isEmpty();
        assertThat(history(whole(GIB, 2)).forecast(true, false, 1).timeFor(GIB)).isEmpty();
    }

    @Test
    void aSmallCheckpointTellsOfSmallOnesOnly() {
        CheckpointHistory small = history(whole(2 * MIB, 1));

        assertThat(small.forecast(false, false, 1).timeFor(50 * MIB)).contains(Duration.ofSeconds(1));
        assertThat(small.forecast(false, false, 1).timeFor(GIB)).isEmpty();
        assertThat(history(whole(GIB, 16)).forecast(false, false, 1).timeFor(MIB))
                .contains(Duration.ofSeconds(1));
    }

    @Test
    void tellsOfWhatIsNotMuchLarger() {
        CheckpointHistory history = history(whole(GIB, 2), whole(3 * GIB, 9));

        assertThat(history.forecast(false, false, 1).timeFor(12 * GIB)).contains(Duration.ofSeconds(36));
        assertThat(history.forecast(false, false, 1).timeFor(13 * GIB)).isEmpty();
    }

    @Test
    void thoseThatEndedTheJobTellOfTheNextThatDoes() {
        CheckpointHistory history = history(
                whole(GIB, 9),
                whole(GIB, 9),
                whole(GIB, 2).toBuilder().setLeft(true).build());

        assertThat(history.forecast(false, true, 1).timeFor(GIB)).contains(Duration.ofSeconds(2));
        assertThat(history.forecast(false, false, 1).timeFor(GIB)).contains(Duration.ofSeconds(9));
        assertThat(history(whole(GIB, 9)).forecast(false, true, 1).timeFor(GIB)).contains(Duration.ofSeconds(9));
    }

    @Test
    void whatIsOldIsForgottenAndManyPartialOnesDoNotForgetTheWholeOne() {
        CheckpointHistory history = history(whole(GIB, 7));
        for (int i = 0; i < 40; i++) {
            history = history.with(partial(GIB, i));
        }

        assertThat(history.past()).hasSize(6);
        assertThat(history.forecast(false, true, 1).timeFor(GIB)).contains(Duration.ofSeconds(7));
        assertThat(history.forecast(true, false, 1).timeFor(GIB)).contains(Duration.ofSeconds(37));
        assertThat(history.endsPartial()).isTrue();
    }

    @Test
    void expectsMemoryToGrowAsTheProcessesDo() {
        CheckpointHistory history =
                history(whole(GIB, 2).toBuilder().setResidentBytes(3 * GIB).build());

        assertThat(history.expectedBytes(6 * GIB)).isEqualTo(2 * GIB);
        assertThat(CheckpointHistory.NONE.expectedBytes(GIB)).isEqualTo(GIB);
    }

    @Test
    void programsThatGoWithAJobTakeTheirTimeAndDoNotGrowWithIt() {
        CheckpointHistory history = history(whole(GIB, 4).toBuilder()
                .setResidentBytes(GIB)
                .setEmbeddedBytes(GIB)
                .build());

        assertThat(history.expectedBytes(2 * GIB)).isEqualTo(3 * GIB);
        assertThat(history.forecast(false, true, 1).timeFor(3 * GIB)).contains(Duration.ofSeconds(6));
    }

    @Test
    void isReadAsItWasWrittenAndDamageIsNothing() {
        CheckpointHistory history = history(whole(GIB, 2), partial(GIB, 1));

        assertThat(CheckpointHistory.parse(history.bytes())).isEqualTo(history);
        assertThat(CheckpointHistory.parse(new byte[] {1, 2, 3})).isEqualTo(CheckpointHistory.NONE);
        assertThat(CheckpointHistory.parse(new byte[0])).isEqualTo(CheckpointHistory.NONE);
    }

    private static CheckpointHistory history(PastCheckpoint... past) {
        return IntStream.range(0, past.length)
                .mapToObj(i -> past[i])
                .reduce(CheckpointHistory.NONE, CheckpointHistory::with, (one, other) -> other);
    }

    private static PastCheckpoint whole(long bytes, int seconds) {
        return PastCheckpoint.newBuilder()
                .setMemoryBytes(bytes)
                .setResidentBytes(bytes)
                .setLevel(1)
                .setTotalNs(Duration.ofSeconds(seconds).toNanos())
                .build();
    }

    private static PastCheckpoint partial(long bytes, int seconds) {
        return whole(bytes, seconds).toBuilder().setPartial(true).build();
    }
}
