package io.ckpt.freeze;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class IpcObjectsTest {
    private final int self = (int) ProcessHandle.current().pid();

    @Test
    void knowsWhetherProcessWasThere() {
        long now = Instant.now().getEpochSecond();
        assertThat(IpcObjects.hadBegun(self, now)).isTrue();
        assertThat(IpcObjects.hadBegun(self, now - 3600)).isFalse();
        assertThat(IpcObjects.hadBegun(1 << 22, now)).isFalse();
    }
}
