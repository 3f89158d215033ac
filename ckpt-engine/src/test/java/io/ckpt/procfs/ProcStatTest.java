package io.ckpt.procfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcStatTest {
    @Test
    void readsFieldsBehindAHostileName() {
        ProcStat stat = ProcStat.parse(Recorded.text("stat"));

        assertThat(stat.pid()).isEqualTo(1);
        assertThat(stat.comm()).isEqualTo("a) R 1 (b\n\\ é");
        assertThat(stat.state()).isEqualTo('R');
        assertThat(stat.terminalGroup()).isEqualTo(-1);
        assertThat(stat.startTime()).isEqualTo(200534);
        assertThat(stat.startCode()).isEqualTo(94833891512320L);
        assertThat(stat.startStack()).isEqualTo(140730703456544L);
        assertThat(stat.exitSignal()).isEqualTo(17);
        assertThat(stat.envEnd()).isGreaterThan(stat.envStart());
        assertThat(stat.exitCode()).isZero();
    }

    @Test
    void readsTheStatusOfAZombie() {
        ProcStat stat = ProcStat.parse(Recorded.text("stat-zombie"));

        assertThat(stat.isZombie()).isTrue();
        assertThat(stat.exitCode() >> 8).isEqualTo(3);
    }

    @Test
    void knowsAKernelThread() {
        String kthread =
                "2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 0 0 0 20 0 1 0 3 0 0 18446744073709551615 0 0 0 0 0 0 0"
                        + " 2147483647 0 1 0 0 0 1 0 0 0 0 0 0 0 0 0 0 0 0 0\n";

        assertThat(ProcStat.parse(kthread).isKernelThread()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1 (a", "1 a) R", "1 (a) R 1 2 3", "x (a) R", ") (", "1 () "})
    void refusesWhatItDoesNotUnderstand(String text) {
        assertThatThrownBy(() -> ProcStat.parse(text))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.code()).isEqualTo(FaultCode.INTERNAL))
                .hasMessageContaining("/proc/PID/stat")
                .hasMessageContaining(text);
    }
}
