package io.ckpt.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SystemCallTest {
    @Test
    void namesACallAsTheManualDoes() {
        assertThat(SystemCall.name(SystemCall.PIPE2)).isEqualTo("pipe2");
        assertThat(SystemCall.name(257)).isEqualTo("openat");
    }

    @Test
    void namesAnUnknownCallByItsNumber() {
        assertThat(SystemCall.name(999)).isEqualTo("syscall_999");
    }
}
