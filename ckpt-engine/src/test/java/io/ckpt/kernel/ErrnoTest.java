package io.ckpt.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ErrnoTest {
    @Test
    void describesANegativeResult() {
        assertThat(Errno.result(-24)).isEqualTo("EMFILE (Too many open files)");
    }

    @Test
    void leavesOtherResultsAsTheyAre() {
        assertThat(Errno.result(7)).isEqualTo("7");
        assertThat(Errno.result(-140_000)).isEqualTo("-140000");
    }

    @Test
    void recognisesItsOwnResult() {
        assertThat(Errno.EAGAIN.is(-11)).isTrue();
        assertThat(Errno.EAGAIN.is(11)).isFalse();
    }
}
