package io.ckpt.victims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a checkpoint refers to is as durable as itself, and it is so in time or not at all. */
@NeedsRoot
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DurabilityTest {
    private static final List<String> WRITER = List.of(
            "/usr/bin/python3", Path.of("programs/writer.py").toAbsolutePath().toString(), "%d");

    @Test
    void whatTheJobWroteIsOnDisk() {
        try (Journeys journeys = new Journeys();
                Run run = Run.of(WRITER).awaitReady()) {
            assertThat(journeys.checkpoint(run.pid()).warnings())
                    .noneMatch(warning -> warning.contains(run.directory().toString()));
            assertThat(run.verdict()).isEqualTo("0 pages dirty");
        }
    }

    @Test
    void nothingWouldBeThereWithoutACheckpoint() {
        try (Run run = Run.of(WRITER).awaitReady()) {
            assertThat(run.verdict()).isEqualTo("256 pages dirty");
        }
    }

    @Test
    void aCheckpointThatWouldBeTooLateIsGivenUp() {
        try (Journeys journeys = new Journeys();
                Run run = Run.of(WRITER).awaitReady()) {
            assertTooLate(journeys, run, "is not durable after 0.0 s");
            assertThat(journeys.stored()).isEmpty();

            journeys.checkpointWithin(Duration.ofMinutes(5), run.pid());
            assertTooLate(journeys, run, "as those before did");
            assertThat(journeys.stored()).hasSize(1);
            assertThat(run.verdict()).isEqualTo("0 pages dirty");
        }
    }

    private static void assertTooLate(Journeys journeys, Run run, String why) {
        assertThatThrownBy(() -> journeys.checkpointWithin(Duration.ofMillis(1), run.pid()))
                .hasMessageContaining(why)
                .extracting(thrown -> ((Fault) thrown).code())
                .isEqualTo(FaultCode.TOO_LATE);
    }
}
