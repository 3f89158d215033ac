package io.ckpt.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArrayNameTest {
    @ParameterizedTest
    @CsvSource({
        "12[3].server, true",
        "12[456].server, true",
        "12[].server, false",
        "12.server, false",
        "112[3].server, false",
        "12[3].other, false",
        "12[3].server.x, false",
        "12[a].server, false"
    })
    void coversItsSubjobs(String job, boolean covered) {
        assertThat(ArrayName.of("12[].server"))
                .hasValueSatisfying(array -> assertThat(array.covers(job)).isEqualTo(covered));
    }

    @Test
    void oneJobIsNoArray() {
        assertThat(ArrayName.of("12[3].server")).isEmpty();
        assertThat(ArrayName.requireOne("4711")).isEqualTo("4711");
    }

    @Test
    void anArrayIsNotOneJob() {
        assertThatThrownBy(() -> ArrayName.requireOne("12[].server@latest"))
                .hasMessage("12[].server@latest is an array of jobs");
    }
}
