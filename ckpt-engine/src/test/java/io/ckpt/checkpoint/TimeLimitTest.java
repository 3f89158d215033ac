package io.ckpt.checkpoint;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TimeLimitTest {
    private static final Optional<TimeLimit.Former> A_GIB_IN_TEN_SECONDS =
            Optional.of(new TimeLimit.Former(1L << 30, Duration.ofSeconds(10)));

    @Test
    void withoutALimitNothingIsTooLate() {
        TimeLimit none = TimeLimit.none();
        assertThatCode(() -> none.requireTimeFor(Long.MAX_VALUE)).doesNotThrowAnyException();
        assertThatCode(none::requireTime).doesNotThrowAnyException();
    }

    @Test
    void givesUpWhatTookLongerBefore() {
        TimeLimit limit = TimeLimit.within(Duration.ofMinutes(1), A_GIB_IN_TEN_SECONDS);
        assertThatCode(() -> limit.requireTimeFor(2L << 30)).doesNotThrowAnyException();
        assertThatThrownBy(() -> limit.requireTimeFor(12L << 30))
                .hasMessageContaining("would take about 120.0 s")
                .hasMessageContaining("of 60.0 s are left")
                .extracting(thrown -> ((Fault) thrown).code())
                .isEqualTo(FaultCode.TOO_LATE);
    }

    @Test
    void triesWhatNobodyHasMeasured() {
        assertThatCode(() -> TimeLimit.within(Duration.ofMinutes(1), Optional.empty())
                        .requireTimeFor(1L << 50))
                .doesNotThrowAnyException();
    }

    @Test
    void givesUpWhenTheTimeIsOver() {
        TimeLimit over = TimeLimit.within(Duration.ofNanos(-1), Optional.empty());
        assertThatThrownBy(over::requireTime).hasMessageContaining("is not durable after");
    }
}
