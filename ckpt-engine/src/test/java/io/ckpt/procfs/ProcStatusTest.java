package io.ckpt.procfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ckpt.fault.Fault;
import io.ckpt.kernel.Signals;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcStatusTest {
    private final String recorded = Recorded.text("status");

    @Test
    void readsIdentityAndSignals() {
        ProcStatus status = ProcStatus.parse(recorded);

        assertThat(status.name()).isEqualTo("a) R 1 (b\n\\ é");
        assertThat(status.umask()).hasValue(0027);
        assertThat(status.state()).isEqualTo('R');
        assertThat(status.uid()).isEqualTo(new ProcStatus.Identity(0, 0, 0, 0));
        assertThat(status.groups()).isEmpty();
        assertThat(status.blocked()).isEqualTo(Signals.set(10, 12));
        assertThat(Signals.contains(status.processPending(), 10)).isTrue();
        assertThat(Signals.contains(status.caught(), 15)).isTrue();
        assertThat(Signals.contains(status.ignored(), 1)).isTrue();
        assertThat(status.capabilities().permitted()).isEqualTo(0x1fffeffffffL);
        assertThat(status.cpus()).containsExactly(0, 1);
        assertThat(status.kernelThread()).isFalse();
    }

    @Test
    void takesTheInnermostPidForTheJobsOwn() {
        ProcStatus status = ProcStatus.parse(recorded.replace("NSpid:\t1", "NSpid:\t4711\t12")
                .replace("NSpgid:\t0", "NSpgid:\t4700\t1")
                .replace("NSsid:\t0", "NSsid:\t99\t0"));

        assertThat(status.pids()).containsExactly(4711, 12);
        assertThat(status.innerPid()).isEqualTo(12);
        assertThat(status.innerProcessGroup()).isEqualTo(1);
        assertThat(status.innerSession()).isZero();
    }

    @Test
    void readsAZombieThatHasNoUmask() {
        ProcStatus status = ProcStatus.parse(Recorded.text("status-zombie").replaceFirst("Umask:.*\n", ""));

        assertThat(status.isZombie()).isTrue();
        assertThat(status.umask()).isEmpty();
    }

    @Test
    void numbersTheCpusOfAWideMaskFromItsLastWord() {
        String wide = recorded.replace("Cpus_allowed:\t3", "Cpus_allowed:\t00000001,80000000,00000003");

        assertThat(ProcStatus.parse(wide).cpus()).containsExactly(0, 1, 63, 64);
    }

    @Test
    void readsSupplementaryGroups() {
        String grouped = recorded.replaceFirst("Groups:\t \n", "Groups:\t4 24 1000 \n");

        assertThat(ProcStatus.parse(grouped).groups()).containsExactly(4, 24, 1000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"NSpid:\t1", "Uid:\t0\t0\t0\t0", "SigBlk:\t0000000000000a00", "Threads:\t1"})
    void failsWhenALineIsSpoilt(String line) {
        assertThat(recorded).contains(line);
        String key = line.substring(0, line.indexOf(':'));

        assertThatThrownBy(() -> ProcStatus.parse(recorded.replace(line, key + ":\tx")))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("x");
        assertThatThrownBy(() -> ProcStatus.parse(recorded.replace(line, "Other:\t1")))
                .isInstanceOf(Fault.class)
                .hasMessageContaining(key);
    }
}
