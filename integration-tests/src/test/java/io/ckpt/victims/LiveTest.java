package io.ckpt.victims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.job.CheckpointResult;
import io.ckpt.job.Strategy;
import io.ckpt.progress.Progress.Phase;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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
            checkpoint(journeys, run);
            TimeUnit.MILLISECONDS.sleep(50);
            run.kill();
            journeys.restart();
            assertThat(run.verdict()).isEqualTo("ok");
        }
    }

    /** A copy that cannot be finished is told, never kept; by itself the engine would take it standing still. */
    private static void checkpoint(Journeys journeys, Run run) {
        for (int attempt = 1; ; attempt++) {
            try {
                journeys.checkpoint(run.pid(), Strategy.LIVE);
                return;
            } catch (Fault outrun) {
                if (outrun.code() != FaultCode.NOT_LIVE || attempt == 5) {
                    throw outrun;
                }
            }
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

    /** SIGKILL strikes in the middle of copies; the writers, of which each checks what it wrote, go on. */
    @ParameterizedTest
    @EnumSource
    void runsOnUnhurtWhenTheEngineIsKilled(KillableEngine.Home home) {
        assumeTrue(KillableEngine.isInstalled(), "nothing is installed: ./dev build");
        Random moments = new Random(home.name().hashCode());
        try (Journeys journeys = new Journeys();
                Run run = Run.of(Victim.named("epochs")).awaitReady();
                KillableEngine engine = new KillableEngine(home, journeys)) {
            String pid = Integer.toString(run.pid());
            String store = journeys.store().toString();
            for (int i = 0; i < 4; i++) {
                Duration moment = Duration.ofMillis(moments.nextInt(80));
                engine.killIn(Phase.THAW, moment, "checkpoint", "--pid", pid, "--store", store, "--strategy", "live");
            }
            journeys.vacate(run.pid());
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
