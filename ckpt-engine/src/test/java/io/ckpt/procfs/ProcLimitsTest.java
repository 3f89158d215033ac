package io.ckpt.procfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ckpt.fault.Fault;
import io.ckpt.kernel.Resource;
import org.junit.jupiter.api.Test;

class ProcLimitsTest {
    private final String recorded = Recorded.text("limits");

    @Test
    void listsLimitsByTheirNumbers() {
        ProcLimits limits = ProcLimits.parse(recorded);

        assertThat(limits.limits()).hasSize(16);
        assertThat(limits.limits().get(7).resource()).isEqualTo(Resource.NOFILE);
        assertThat(limits.of(Resource.STACK).soft()).isEqualTo(8388608);
        assertThat(limits.of(Resource.STACK).hard()).isEqualTo(ProcLimits.UNLIMITED);
        assertThat(limits.of(Resource.NICE).hard()).isZero();
    }

    @Test
    void failsOnALimitItDoesNotKnow() {
        assertThatThrownBy(() -> ProcLimits.parse(recorded.replace("Max cpu time ", "Max gpu time ")))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("Max gpu time");
    }

    @Test
    void failsWhenALimitIsMissing() {
        assertThatThrownBy(() -> ProcLimits.parse(recorded.replaceFirst("Max core.*\n", "")))
                .isInstanceOf(Fault.class);
    }
}
