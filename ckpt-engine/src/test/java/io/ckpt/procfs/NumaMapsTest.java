package io.ckpt.procfs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NumaMapsTest {
    @Test
    void findsMappingsWithPolicies() {
        assertThat(NumaMaps.parse(Recorded.text("numa_maps")).withPolicy())
                .containsExactly(0x7f4900600000L, 0x7f4900800000L);
    }
}
