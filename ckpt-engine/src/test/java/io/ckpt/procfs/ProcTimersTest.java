package io.ckpt.procfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ckpt.fault.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcTimersTest {
    @Test
    void readsTimers() {
        assertThat(ProcTimers.parse(Recorded.text("timers")).timers())
                .containsExactly(
                        new ProcTimers.Timer(2, 64, 7, ProcTimers.Notify.SIGNAL, true, 1, -6),
                        new ProcTimers.Timer(1, 10, 0, ProcTimers.Notify.NONE, false, 1, 0),
                        new ProcTimers.Timer(0, 34, 0x1234, ProcTimers.Notify.SIGNAL, false, 1, 1));
    }

    @Test
    void mostProcessesHaveNone() {
        assertThat(ProcTimers.parse("").timers()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ID: 0\n", "junk", "ID: 3\nsignal: 1/0\nnotify: smoke/pid.1\nClockID: 0\n"})
    void refusesWhatItDoesNotUnderstand(String text) {
        assertThatThrownBy(() -> ProcTimers.parse(Recorded.text("timers") + text))
                .isInstanceOf(Fault.class)
                .hasMessageContaining(text.substring(0, 4));
    }
}
