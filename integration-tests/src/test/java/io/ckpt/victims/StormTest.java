package io.ckpt.victims;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that never stand still, checkpointed at moments nobody chose. */
@NeedsRoot
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class StormTest {
    private static final int CHECKPOINTS = 8;

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
}
