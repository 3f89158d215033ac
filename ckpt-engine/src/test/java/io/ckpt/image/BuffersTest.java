package io.ckpt.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BuffersTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 4095, 4096, 5000, 1 << 20})
    void beginAtAPageWhateverTheirSize(int bytes) {
        ByteBuffer buffer = new Buffers(0).take(bytes);

        assertThat(buffer.capacity()).isEqualTo(bytes);
        assertThat(buffer.alignmentOffset(0, ImageFormat.PAGE_BYTES)).isZero();
    }

    @Test
    void areUsedAgain() {
        Buffers buffers = new Buffers(5000);
        ByteBuffer buffer = buffers.take(5000);
        buffers.giveBack(buffer);

        assertThat(buffers.take(5000)).isSameAs(buffer);
    }
}
