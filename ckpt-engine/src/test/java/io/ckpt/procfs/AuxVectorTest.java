package io.ckpt.procfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ckpt.fault.Fault;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class AuxVectorTest {
    private final byte[] recorded = Recorded.bytes("auxv");

    @Test
    void readsValues() {
        AuxVector vector = AuxVector.parse(recorded);

        assertThat(vector.entries()).hasSize(recorded.length / 16 - 1);
        assertThat(vector.value(AuxVector.AT_PAGESZ)).hasValue(4096);
        assertThat(vector.value(AuxVector.AT_SYSINFO_EHDR).orElseThrow() % 4096).isZero();
        assertThat(vector.value(99)).isEmpty();
    }

    @Test
    void refusesAVectorWithoutEnd() {
        assertThatThrownBy(() -> AuxVector.parse(Arrays.copyOf(recorded, recorded.length - 16)))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("AT_NULL");
    }
}
