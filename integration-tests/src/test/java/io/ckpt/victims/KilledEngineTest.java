package io.ckpt.victims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ckpt.job.Strategy;
import io.ckpt.progress.Progress.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * SIGKILL strikes the engine at random moments of each phase of both journeys. The job runs on and computes right, or
 * nothing of it runs; the checkpoint before stays good; no half one is listed; the next attempt works.
 */
@NeedsRoot
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class KilledEngineTest {
    private static final List<Phase> CHECKPOINT =
            List.of(Phase.FREEZE, Phase.DESCRIBE, Phase.COPY, Phase.THAW, Phase.COMMIT);
    private static final List<Phase> RESTART =
            List.of(Phase.PREFLIGHT, Phase.PLAN, Phase.RESTORE, Phase.LOAD, Phase.RELEASE);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** It takes every processor it gets, and engines are to start beside it. */
    private static final List<String> POOL = List.of(
            "/usr/bin/nice",
            "-n19",
            "/usr/bin/python3",
            Path.of("programs/pool.py").toAbsolutePath().toString(),
            "%d");

    private static final long SEED = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(SEED);

    @BeforeAll
    static void requireInstallation() {
        assumeTrue(KillableEngine.isInstalled(), "nothing is installed: ./dev build");
        System.out.println("KilledEngineTest: -Dseed=" + SEED);
    }

    @ParameterizedTest
    @EnumSource
    void theJobOutlivesAKilledCheckpoint(KillableEngine.Home home) {
        try (Journeys journeys = new Journeys();
                Run run = Run.of(POOL).awaitReady();
                KillableEngine engine = new KillableEngine(home, journeys)) {
            journeys.checkpoint(run.pid());
            for (int round = 0; round < CHECKPOINT.size() * rounds(home); round++) {
                Phase phase = CHECKPOINT.get(round % CHECKPOINT.size());
                engine.killIn(
                        phase,
                        moment(),
                        "checkpoint",
                        "--pid",
                        "" + run.pid(),
                        "--store",
                        journeys.store().toString());

                awaitLetGo(run);
                assertComputes(run);
                assertWholeCheckpoints(journeys);
            }
            journeys.vacate(run.pid());
            assertThat(engine.pending()).as("left behind").isEmpty();
            journeys.restart();
            assertThat(run.verdict()).isEqualTo("ok");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aJobThatWasToLeaveRunsOnOrIsGoneWithItsCheckpoint(KillableEngine.Home home) {
        try (Journeys journeys = new Journeys();
                Run run = Run.of(POOL).awaitReady();
                KillableEngine engine = new KillableEngine(home, journeys)) {
            int pid = run.pid();
            for (int round = 0; round < rounds(home); round++) {
                engine.killIn(
                        Phase.COMMIT,
                        moment(),
                        "checkpoint",
                        "--vacate",
                        "--pid",
                        "" + pid,
                        "--store",
                        journeys.store().toString());

                awaitLetGo(run);
                assertWholeCheckpoints(journeys);
                if (run.processes().isEmpty()) {
                    pid = journeys.restart();
                }
            }
            assertThat(run.verdict()).isEqualTo("ok");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aKilledRestartLeavesTheWholeJobOrNothing(KillableEngine.Home home) {
        try (Journeys journeys = new Journeys();
                Run run = Run.of(POOL).awaitReady();
                KillableEngine engine = new KillableEngine(home, journeys)) {
            int processes = run.processes().size();
            journeys.vacate(run.pid());
            for (int round = 0; round < RESTART.size() * rounds(home); round++) {
                Phase phase = RESTART.get(round % RESTART.size());
                engine.killIn(
                        phase,
                        moment(),
                        "restart",
                        "--detach",
                        "--store",
                        journeys.store().toString());

                awaitAllOrNothing(run, processes);
                assertWholeCheckpoints(journeys);
                run.kill();
            }
            journeys.restart();
            assertThat(run.verdict()).isEqualTo("ok");
        }
    }

    /** Its memory is protected while it runs and before it is stopped: who writes there waits for the engine. */
    @Test
    void theJobOutlivesAnEngineThatIsKilledWhileItProtectsMemoryAhead() {
        try (Journeys journeys = new Journeys();
                Run run = Run.of(Victim.named("epochs")).awaitReady();
                KillableEngine engine = new KillableEngine(KillableEngine.Home.CKPTCTL, journeys)) {
            String[] live = {
                "checkpoint", "--pid", "" + run.pid(), "--strategy", "live", "--store", "" + journeys.store()
            };
            assertThat(engine.stopWhen(() -> waitsForTheEngineAlthoughNotHeld(run), live))
                    .as("protected ahead")
                    .isTrue();
            engine.killStopped();

            awaitLetGo(run);
            assertComputes(run);
            assertThat(run.exists("verdict")).isFalse();
            assertThat(journeys.stored()).isEmpty();
            journeys.checkpoint(run.pid(), Strategy.LIVE);
            run.kill();
            journeys.restart();
            assertThat(run.verdict()).isEqualTo("ok");
        }
    }

    private static boolean waitsForTheEngineAlthoughNotHeld(Run run) {
        return text(run, "smaps").contains(" uw")
                && isSeenSoon(() -> run.portrait().contains("handle_userfault"))
                && !isHeld(run.pid());
    }

    private static boolean isSeenSoon(BooleanSupplier seen) {
        for (int looks = 0; looks < 50 && !seen.getAsBoolean(); looks++) {
            LockSupport.parkNanos(1_000_000);
        }
        return seen.getAsBoolean();
    }

    private static String text(Run run, String name) {
        try {
            return Files.readString(Path.of("/proc/" + run.pid() + "/" + name));
        } catch (IOException gone) {
            return "";
        }
    }

    /** For each phase; a daemon takes its time to start. */
    private static int rounds(KillableEngine.Home home) {
        return home == KillableEngine.Home.CKPTD ? 1 : 2;
    }

    /** Phases last from less than a millisecond to some hundred. */
    private Duration moment() {
        return Duration.ofNanos((long) (Math.pow(random.nextDouble(), 3) * 200_000_000));
    }

    private static void awaitLetGo(Run run) {
        await().atMost(PATIENCE).until(() -> run.processes().stream().noneMatch(KilledEngineTest::isHeld));
    }

    private static boolean isHeld(int pid) {
        try {
            String status = Files.readString(Path.of("/proc/" + pid + "/status"));
            return !status.contains("TracerPid:\t0\n") || status.contains("State:\tT") || status.contains("State:\tt");
        } catch (IOException gone) {
            return false;
        }
    }

    private static void assertComputes(Run run) {
        long before = ticks(run);
        await("the job to go on").atMost(PATIENCE).until(() -> ticks(run) > before);
    }

    private static long ticks(Run run) {
        return run.processes().stream()
                .flatMap(pid -> ProcessHandle.of(pid).stream())
                .flatMap(process -> process.info().totalCpuDuration().stream())
                .mapToLong(Duration::toMillis)
                .sum();
    }

    /** Deletes all but the newest, so that the next round finds few. */
    private static void assertWholeCheckpoints(Journeys journeys) {
        assertThat(journeys.damaged()).isEmpty();
        var stored = journeys.stored();
        assertThat(stored).isNotEmpty();
        stored.forEach(each -> assertThat(journeys.verify(each)).isPositive());
        stored.subList(0, stored.size() - 1).forEach(each -> journeys.delete(each));
    }

    private static void awaitAllOrNothing(Run run, int processes) {
        await("all or nothing")
                .atMost(PATIENCE)
                .until(() ->
                        KillableEngine.programs().isEmpty() && run.processes().isEmpty()
                                || run.processes().size() == processes
                                        && run.processes().stream().noneMatch(KilledEngineTest::isHeld));
        if (!run.processes().isEmpty()) {
            assertComputes(run);
        }
    }
}
