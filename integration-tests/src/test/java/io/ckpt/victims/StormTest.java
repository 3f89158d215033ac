package io.ckpt.victims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that never stand still, checkpointed at moments nobody chose. */
@NeedsRoot
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class StormTest {
    private static final int CHECKPOINTS = 8;
    private static final int ENDINGS = 25;
    private static final String ENDING =
            Path.of("target/programs/ending").toAbsolutePath().toString();

    @ParameterizedTest
    @ValueSource(strings = {"storm-fork", "storm-map", "storm-thread", "output", "timed-calls", "spinning"})
    void takesManyCheckpointsAndComesBackFromTheLast(String name) throws Exception {
        Random moments = new Random(name.hashCode());
        try (Journeys journeys = new Journeys();
                Run run = Run.of(Victim.named(name)).awaitReady()) {
            for (int i = 0; i < CHECKPOINTS; i++) {
                TimeUnit.MICROSECONDS.sleep(moments.nextInt(20_000));
                journeys.checkpoint(run.pid());
            }
            journeys.vacate(run.pid());
            journeys.restart();
            assertThat(run.verdict()).isEqualTo("ok");
        }
    }

    /** Its tree ends bit by bit while it is sought, stopped, described or copied. */
    @Test
    void aJobThatEndsMeanwhileEndsAsItWouldHave() throws Exception {
        Random moments = new Random(ENDINGS);
        try (Journeys journeys = new Journeys()) {
            for (int i = 0; i < ENDINGS; i++) {
                endMeanwhile(journeys, Integer.toString(moments.nextInt(12_000)));
            }
            assertThat(journeys.damaged()).isEmpty();
            journeys.stored().forEach(each -> assertThat(journeys.verify(each)).isPositive());
        }
    }

    private static void endMeanwhile(Journeys journeys, String microseconds) throws Exception {
        try (Run run = Run.of(List.of(ENDING, "%d", microseconds)).awaitReady()) {
            run.say("go");
            try {
                journeys.checkpoint(run.pid());
            } catch (Fault fault) {
                assertThat(fault.code()).as(fault.getMessage()).isIn(FaultCode.JOB_VANISHED, FaultCode.NOT_FOUND);
            }
            run.awaitGone();
            await().until(() -> run.exists("status"));
            assertThat(run.directory().resolve("status")).content().startsWith("exited 7");
        }
    }
}
