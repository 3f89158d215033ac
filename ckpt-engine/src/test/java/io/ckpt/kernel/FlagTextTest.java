package io.ckpt.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FlagTextTest {
    @Test
    void writesOpenFlagsLikeStrace() {
        assertThat(OpenFlags.text(0)).isEqualTo("O_RDONLY");
        assertThat(OpenFlags.text(02102002)).isEqualTo("O_RDWR|O_APPEND|O_LARGEFILE|O_CLOEXEC");
        assertThat(OpenFlags.text(OpenFlags.WRONLY | OpenFlags.SYNC)).isEqualTo("O_WRONLY|O_SYNC");
        assertThat(OpenFlags.text(OpenFlags.RDWR | OpenFlags.TMPFILE)).isEqualTo("O_RDWR|O_TMPFILE");
    }

    @Test
    void writesBitsWithoutANameInHexadecimal() {
        assertThat(MmapFlags.text(MmapFlags.PRIVATE | MmapFlags.FIXED | 0x4000_0000))
                .isEqualTo("MAP_PRIVATE|MAP_FIXED|0x40000000");
        assertThat(CloneFlags.text(0)).isEqualTo("0");
        assertThat(EpollEvents.text(EpollEvents.IN | EpollEvents.ET)).isEqualTo("EPOLLIN|EPOLLET");
    }

    @Test
    void writesProtection() {
        assertThat(Prot.text(Prot.NONE)).isEqualTo("PROT_NONE");
        assertThat(Prot.text(Prot.READ | Prot.EXEC)).isEqualTo("PROT_READ|PROT_EXEC");
    }

    @Test
    void namesSignals() {
        assertThat(Signals.name(15)).isEqualTo("SIGTERM");
        assertThat(Signals.name(31)).isEqualTo("SIGSYS");
        assertThat(Signals.name(34)).isEqualTo("SIGRT_2");
        assertThat(Signals.name(65)).isEqualTo("signal 65");
        assertThat(Signals.setText(Signals.set(Signals.INT, Signals.LAST))).isEqualTo("[INT RT_32]");
    }

    @Test
    void limitsHaveTheirKernelNumbers() {
        assertThat(Resource.NOFILE.number()).isEqualTo(7);
        assertThat(Resource.RTTIME.number()).isEqualTo(15);
    }
}
