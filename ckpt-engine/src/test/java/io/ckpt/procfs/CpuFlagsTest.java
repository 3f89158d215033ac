package io.ckpt.procfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ckpt.fault.Fault;
import java.util.List;
import org.junit.jupiter.api.Test;

class CpuFlagsTest {
    @Test
    void readsFeatures() {
        CpuFlags flags = CpuFlags.parse(Recorded.text("cpuinfo"));

        assertThat(flags.flags()).contains("fpu", "avx512f", "rdtscp").isSorted();
        assertThat(flags.missing(List.of("avx2", "amx_tile"))).containsExactly("amx_tile");
    }

    @Test
    void keepsWhatAllProcessorsShare() {
        assertThat(CpuFlags.parse("flags\t\t: fpu avx2\n\nflags\t\t: fpu avx512f\n")
                        .flags())
                .containsExactly("fpu");
    }

    @Test
    void refusesTextWithoutFlags() {
        assertThatThrownBy(() -> CpuFlags.parse("processor\t: 0\n")).isInstanceOf(Fault.class);
    }
}
