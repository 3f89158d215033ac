package io.ckpt.victims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that never stand still, checkpointed at moments nobody chose. */
@NeedsRoot
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class StormTest {
    private static final long SEED = Long.getLong("seed", System.nanoTime());
    private static final int CHECKPOINTS = 8;
    private static final int MANY_CHECKPOINTS = 200;
    /** After so many the job is ended and goes on from the last. */
    private static final int PER_RESTART = 10;

    private static final int ENDINGS = 25;
    private static final String ENDING =
            Path.of("target/programs/ending").toAbsolutePath().toString();

    private final Random moments = new Random(SEED);

    StormTest() {
        System.out.println("StormTest: -Dseed=" + SEED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"storm-fork", "storm-map", "storm-thread", "output", "timed-calls", "spinning"})
    void takesSomeCheckpointsAndComesBackFromTheLast(String name) throws Exception {
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

    @Tag("long")
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    @ParameterizedTest
    @ValueSource(
            strings = {
                "storm-fork",
                "storm-map",
                "storm-thread",
                "churn",
                "output",
                "spinning",
                "storms/exec",
                "storms/signals",
                "storms/chatter"
            })
    void takesManyCheckpointsAndComesBackAgainAndAgain(String name) throws Exception {
        try (Journeys journeys = new Journeys();
                Run run = Run.of(Victim.named(name)).awaitReady()) {
            int pid = run.pid();
            for (int i = 1; i <= MANY_CHECKPOINTS; i++) {
                TimeUnit.MICROSECONDS.sleep(moments.nextInt(20_000));
                if (i % PER_RESTART == 0) {
                    journeys.vacate(pid);
                    pid = journeys.restart();
                } else {
                    journeys.checkpoint(pid);
                }
                assertThat(run.exists("verdict")).as("spoke in round %d", i).isFalse();
            }
            assertThat(run.verdict()).isEqualTo("ok");
        }
    }

    /** Its tree ends bit by bit while it is sought, stopped, described or copied. */
    @Test
    void aJobThatEndsMeanwhileEndsAsItWouldHave() throws Exception {
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
