package io.ckpt.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AgendaTest {
    private final Agenda agenda = agenda(6);

    @Test
    void goesOnWithWhatSomebodyWaitedFor() {
        agenda.want(3);

        assertThat(takeAny()).isEqualTo(3);
        assertThat(takeAny()).isEqualTo(4);
        assertThat(takeAny()).isEqualTo(5);
        assertThat(takeAny()).isZero();
    }

    @Test
    void givesNothingTwice() {
        assertThat(takeAny()).isZero();
        agenda.want(0);

        assertThat(takeAny()).isEqualTo(1);
    }

    @Test
    void leavesOutWhatIsThere() {
        agenda.done(1);

        assertThat(takeAny()).isZero();
        assertThat(takeAny()).isEqualTo(2);
    }

    @Test
    void isOverWhenAllIsDone() {
        IntStream.range(0, 6).forEach(agenda::done);

        assertThat(agenda.isOver()).isTrue();
        assertThat(agenda.isDone(4)).isTrue();
        assertThat(agenda.take()).isEmpty();
    }

    @Test
    void isOverAtOnceWithoutAnyExtent() {
        assertThat(agenda(0).isOver()).isTrue();
    }

    private int takeAny() {
        return agenda.take().orElseThrow();
    }

    private static Agenda agenda(int extents) {
        BitSet all = new BitSet();
        all.set(0, extents);
        return new Agenda(all);
    }
}
