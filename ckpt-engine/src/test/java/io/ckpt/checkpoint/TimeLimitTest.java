package io.ckpt.checkpoint;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.progress.Meter;
import io.ckpt.progress.Progress;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TimeLimitTest {
    private static final Forecast A_GIB_IN_TEN_SECONDS = bytes -> Optional.of(Duration.ofMillis(10_000 * bytes >> 30));

    @Test
    void withoutALimitNothingIsTooLate() {
        TimeLimit none = TimeLimit.none();
        assertThatCode(() -> none.requireTimeFor(Long.MAX_VALUE)).doesNotThrowAnyException();
        assertThatCode(none::requireTime).doesNotThrowAnyException();
    }

    @Test
    void givesUpWhatTookLongerBefore() {
        TimeLimit limit = TimeLimit.within(Duration.ofMinutes(1), A_GIB_IN_TEN_SECONDS, System.nanoTime());
        assertThatCode(() -> limit.requireTimeFor(2L << 30)).doesNotThrowAnyException();
        assertThatThrownBy(() -> limit.requireTimeFor(12L << 30))
                .hasMessageContaining("would take about 120.0 s")
                .hasMessageContaining("of 60.0 s are left")
                .extracting(thrown -> ((Fault) thrown).code())
                .isEqualTo(FaultCode.TOO_LATE);
    }

    @Test
    void triesWhatNobodyHasMeasured() {
        assertThatCode(() -> TimeLimit.within(Duration.ofMinutes(1), Forecast.NONE, System.nanoTime())
                        .requireTimeFor(1L << 50))
                .doesNotThrowAnyException();
    }

    @Test
    void givesUpOnTheWayWhenTheTimeIsOver() {
        Meter meter = new Meter(
                new Timed(Progress.none(), TimeLimit.within(Duration.ofNanos(-1), Forecast.NONE, System.nanoTime())),
                2 << 20);
        assertThatThrownBy(() -> meter.add(1 << 20)).hasMessageContaining("is not durable after");
        Meter unhurried = new Meter(new Timed(Progress.none(), TimeLimit.none()), 2 << 20);
        assertThatCode(() -> unhurried.add(1 << 20)).doesNotThrowAnyException();
    }

    @Test
    void givesUpWhenTheTimeIsOver() {
        TimeLimit over = TimeLimit.within(Duration.ofNanos(-1), Forecast.NONE, System.nanoTime());
        assertThatThrownBy(over::requireTime).hasMessageContaining("is not durable after");
    }
}
