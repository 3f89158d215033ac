package io.ckpt.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantityTest {
    @ParameterizedTest
    @CsvSource({"0, 0 B", "1023, 1023 B", "1024, 1.0 KiB", "268435456, 256.0 MiB", "1649267441664, 1.5 TiB"})
    void sizes(long bytes, String text) {
        assertThat(Quantity.bytes(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"PT0.0015S, 1.5 ms", "PT0.25S, 250 ms", "PT1.25S, 1.3 s", "PT119S, 119.0 s", "PT3H4M5S, 3:04:05"})
    void durations(Duration duration, String text) {
        assertThat(Quantity.duration(duration)).isEqualTo(text);
    }
}
