package io.ckpt.victims;

import static org.assertj.core.api.Assertions.assertThat;

import io.ckpt.job.CheckpointResult;
import io.ckpt.job.Strategy;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs that are copied while they run. */
@NeedsRoot
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class LiveTest {
    static List<Victim> carried() {
        return Victim.carried();
    }

    @ParameterizedTest
    @MethodSource("carried")
    void comesBackAsItWasWhenItWasStopped(Victim victim) throws Exception {
        try (Journeys journeys = new Journeys();
                Run run = Run.of(victim).awaitReady()) {
            journeys.checkpoint(run.pid(), Strategy.LIVE);
            TimeUnit.MILLISECONDS.sleep(50);
            run.kill();
            journeys.restart();
            assertThat(run.verdict()).isEqualTo("ok");
        }
    }

    /** Nothing goes before it is copied. */
    @ParameterizedTest
    @ValueSource(strings = {"storm-map", "temporaries"})
    void goesOnGivingMemoryBackWhileItIsCopied(String name) throws Exception {
        try (Journeys journeys = new Journeys();
                Run run = Run.of(Victim.named(name)).awaitReady()) {
            for (int i = 0; i < 8; i++) {
                TimeUnit.MILLISECONDS.sleep(5);
                journeys.checkpoint(run.pid(), Strategy.LIVE);
            }
            run.kill();
            journeys.restart();
            assertThat(run.verdict()).isEqualTo("ok");
        }
    }

    /** Every page says which round wrote it; a page of a later round than the job's own count is a torn image. */
    @ParameterizedTest
    @ValueSource(strings = {"epochs", "epochs-huge", "epochs-user"})
    void tearsNoPageOfAWriter(String name) throws Exception {
        Random moments = new Random(name.hashCode());
        try (Journeys journeys = new Journeys();
                Run run = Run.of(Victim.named(name)).awaitReady()) {
            int pid = run.pid();
            for (int i = 0; i < 3; i++) {
                TimeUnit.MICROSECONDS.sleep(moments.nextInt(50_000));
                CheckpointResult taken = journeys.checkpoint(pid, Strategy.LIVE);
                assertThat(taken.checkpoint().strategy()).isEqualTo("live");
                run.kill();
                pid = journeys.restart();
            }
            assertThat(run.verdict()).isEqualTo("ok");
        }
    }
}
