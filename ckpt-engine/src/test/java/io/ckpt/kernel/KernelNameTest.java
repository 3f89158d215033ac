package io.ckpt.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class KernelNameTest {
    @Test
    void textIsReadAsText() {
        assertThat(KernelName.decode("/home/josé/größe 𝄞".getBytes(UTF_8))).isEqualTo("/home/josé/größe 𝄞");
    }

    @Test
    void everyByteStringComesBack() {
        Random random = new Random(4711);
        for (int round = 0; round < 10_000; round++) {
            byte[] bytes = new byte[random.nextInt(12)];
            random.nextBytes(bytes);
            assertThat(KernelName.encode(KernelName.decode(bytes))).isEqualTo(bytes);
        }
    }

    @Test
    void whatLooksLikeAnEscapeComesBackToo() {
        byte[] bytes = "a\uef80\uefffb\ufffd".getBytes(UTF_8);
        assertThat(KernelName.encode(KernelName.decode(bytes))).isEqualTo(bytes);
    }

    @Test
    void aNameCutWithinALetterKeepsTheRest() {
        byte[] cut = {'g', 'r', (byte) 0xc3};
        assertThat(KernelName.decode(cut)).isEqualTo("gr\uefc3");
    }

    @Test
    void onlyTheBytesInUseAreRead() {
        assertThat(KernelName.decode(new byte[] {'a', 'b', 'c'}, 2)).isEqualTo("ab");
    }
}
