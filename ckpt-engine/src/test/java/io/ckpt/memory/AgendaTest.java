package io.ckpt.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AgendaTest {
    private final Agenda agenda = new Agenda(6);

    @Test
    void goesOnBehindWhatSomebodyWaitedFor() throws Exception {
        agenda.want(3);

        assertThat(takeAny()).isEqualTo(3);
        assertThat(takeAny()).isEqualTo(4);
        assertThat(takeAny()).isEqualTo(5);
        assertThat(takeAny()).isZero();
    }

    @Test
    void givesNothingTwice() throws Exception {
        assertThat(takeAny()).isZero();
        agenda.want(0);
        agenda.want(2);
        agenda.want(2);

        assertThat(agenda.take(true)).hasValue(2);
        assertThat(takeAny()).isEqualTo(3);
    }

    @Test
    void isOverWhenAllIsDone() throws Exception {
        IntStream.range(0, 6).forEach(agenda::done);

        assertThat(agenda.isOver()).isTrue();
        assertThat(agenda.isDone(4)).isTrue();
        assertThat(agenda.take(false)).isEmpty();
    }

    @Test
    void isOverAtOnceWithoutAnyExtent() {
        assertThat(new Agenda(0).isOver()).isTrue();
    }

    private int takeAny() throws InterruptedException {
        return agenda.take(false).orElseThrow();
    }
}
