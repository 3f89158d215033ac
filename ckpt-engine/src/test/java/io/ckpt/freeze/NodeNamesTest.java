package io.ckpt.freeze;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ckpt.fault.Fault;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class NodeNamesTest {
    private static final String LIMIT = "/proc/sys/kernel/msgmax";

    @Test
    void readsNumbersWhole() throws Exception {
        try (InputStream file = Files.newInputStream(Path.of(LIMIT))) {
            byte[] all = new byte[64];
            assertThat(NodeNames.here().text(LIMIT)).isEqualTo(new String(all, 0, file.read(all), "US-ASCII"));
        }
    }

    @Test
    void namesFileThatCannotBeRead() {
        assertThatThrownBy(() -> NodeNames.here().text("/proc/none"))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("/proc/none");
    }
}
