package io.ckpt.victims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.job.RunningJob;
import io.ckpt.progress.Progress.Phase;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs that run before their memory is there: they find what they left, or they end. */
@NeedsRoot
@ExtendWith(HugePages.class)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class LazyTest {
    private static final Victim VICTIM = Victim.named("lazy");

    @Test
    void findsWhatItLeftWhileItComes() {
        try (Journeys journeys = new Journeys();
                Run run = Run.of(VICTIM).awaitReady()) {
            journeys.vacate(run.pid());
            run.say("go");
            journeys.restartLazily();
            assertThat(run.verdictAfterGo()).isEqualTo("ok");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "private",
                "stack",
                "copy-on-write",
                "locked",
                "churn",
                "advice",
                "threads",
                "tree",
                "storm-map",
                "storm-fork"
            })
    void comesBackLikeEveryOther(String name) {
        try (Journeys journeys = new Journeys();
                Run run = Run.of(Victim.named(name)).awaitReady()) {
            journeys.vacate(run.pid());
            run.awaitGone();
            journeys.restartLazily();
            assertThat(run.verdict()).isEqualTo("ok");
        }
    }

    @Test
    void isCheckpointedBeforeAllOfItIsThere() {
        try (Journeys journeys = new Journeys();
                Run run = Run.of(VICTIM).awaitReady()) {
            journeys.vacate(run.pid());
            RunningJob again = journeys.restartLazily();
            journeys.vacate(again.rootPid());
            run.say("go");
            journeys.restart();
            assertThat(run.verdictAfterGo()).isEqualTo("ok");
        }
    }

    /** It waits for pages that never come, and is gone with who would have brought them. Its checkpoint stands. */
    @ParameterizedTest
    @EnumSource
    void endsWithTheEngineThatHasTheRestOfIt(KillableEngine.Home home) {
        assumeTrue(KillableEngine.isInstalled(), "nothing is installed: ./dev build");
        try (Journeys journeys = new Journeys();
                Run run = Run.of(VICTIM).awaitReady();
                KillableEngine engine = new KillableEngine(home, journeys)) {
            journeys.vacate(run.pid());
            assertThat(engine.stopAfter(
                            Phase.RELEASE,
                            "restart",
                            "--lazy",
                            "--store",
                            journeys.store().toString()))
                    .isTrue();
            assertThat(run.processes()).isNotEmpty();
            int pid = run.processes().get(0);

            Fault fault = catchThrowableOfType(Fault.class, () -> journeys.checkpoint(pid));
            assertThat(fault.code()).isEqualTo(FaultCode.UNSUPPORTED_OBJECT);
            assertThat(fault)
                    .hasMessageContaining("a program brings its pages (userfaultfd) (try again when a lazy restart");

            run.say("go");
            engine.killStopped();
            run.awaitGone();
            assertThat(run.exists("verdict")).isFalse();
            journeys.restart();
            assertThat(run.verdictAfterGo()).isEqualTo("ok");
        }
    }

    @Test
    void endsWhenItsImageIsDamaged() throws Exception {
        try (Journeys journeys = new Journeys();
                Run run = Run.of(VICTIM).awaitReady()) {
            journeys.vacate(run.pid());
            damage(journeys.store());
            run.say("go");
            RunningJob job = journeys.restartLazily();

            Fault fault = catchThrowableOfType(Fault.class, job::await);
            assertThat(fault.code()).isEqualTo(FaultCode.IMAGE_DAMAGED);
            assertThat(fault).hasMessageContaining("the hash of the extent of memory:");
            run.awaitGone();
            assertThat(run.exists("verdict")).isFalse();
        }
    }

    /** In the midst of the pages, which are most of it. */
    private static void damage(Path store) throws IOException {
        try (Stream<Path> files = Files.walk(store)) {
            Path image = files.filter(file -> file.toString().endsWith(".tar"))
                    .findFirst()
                    .orElseThrow();
            try (RandomAccessFile bytes = new RandomAccessFile(image.toFile(), "rw")) {
                bytes.seek(bytes.length() / 2);
                int former = bytes.read();
                bytes.seek(bytes.length() / 2);
                bytes.write(~former);
            }
        }
    }
}
