package io.ckpt.victims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.job.CheckpointName;
import io.ckpt.job.StoredCheckpoint;
import io.ckpt.job.Strategy;
import io.ckpt.progress.Progress.Phase;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints that hold what changed since the one before. */
@NeedsRoot
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class DeltaTest {
    private static final int LINKS = 10;

    /** Whatever a job does between two checkpoints, and while one is taken, the last of many is all of it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "churn",
                "epochs",
                "epochs-huge",
                "epochs-user",
                "storm-map",
                "storm-fork",
                "storm-thread",
                "temporaries",
                "copy-on-write",
                "huge",
                "private",
                "protections",
                "advice",
                "shm",
                "shared-anonymous",
                "memfd",
                "deleted",
                "stack",
                "tree",
                "leader-exited",
                "many-mappings"
            })
    void theLastOfAChainIsTheWholeJob(String name) throws Exception {
        try (Journeys journeys = new Journeys();
                Run run = Run.of(Victim.named(name)).awaitReady()) {
            takeChain(journeys, run, LINKS);
            run.kill();
            journeys.restart();
            assertThat(run.verdict()).isEqualTo("ok");
        }
    }

    private static List<StoredCheckpoint> takeChain(Journeys journeys, Run run, int length)
            throws InterruptedException {
        List<StoredCheckpoint> chain = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            chain.add(journeys.checkpoint(run.pid(), Strategy.DELTA).checkpoint());
            TimeUnit.MILLISECONDS.sleep(20);
        }
        assertThat(chain).extracting(StoredCheckpoint::strategy).containsOnly("delta");
        return chain;
    }

    @Test
    void holdsLittleOfAJobThatChangesLittle() throws Exception {
        try (Journeys journeys = new Journeys();
                Run run = Run.of(Victim.named("private")).awaitReady()) {
            List<StoredCheckpoint> chain = takeChain(journeys, run, 2);
            long whole = chain.get(0).storedBytes();
            assertThat(chain.get(1).storedBytes()).isLessThan(whole / 4);
            run.kill();
            int pid = journeys.restart();
            StoredCheckpoint next = journeys.checkpoint(pid, Strategy.DELTA).checkpoint();
            assertThat(next.storedBytes()).isLessThan(whole / 4);
            assertThat(run.verdict()).isEqualTo("ok");
        }
    }

    @Test
    void aJobThatHasToLeaveBeforeAllOfItIsSavedLeavesWithWhatChanged() throws Exception {
        try (Journeys journeys = new Journeys();
                Run run = Run.of(Victim.named("private")).awaitReady()) {
            Duration whole = journeys.checkpoint(run.pid(), Strategy.DELTA).total();
            Duration changes = journeys.checkpoint(run.pid(), Strategy.DELTA).total();
            assertThat(changes).isLessThan(whole);

            StoredCheckpoint last = journeys.vacateWithin(whole.plus(changes).dividedBy(2), run.pid())
                    .checkpoint();

            assertThat(last.strategy()).isEqualTo("delta");
            assertThat(last.strategyReason()).contains("all of it would not be durable in time");
            journeys.restart();
            assertThat(run.verdict()).isEqualTo("ok");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 6})
    void anyOfAChainCanBeRestarted(int number) throws Exception {
        try (Journeys journeys = new Journeys();
                Run run = Run.of(Victim.named("churn")).awaitReady()) {
            StoredCheckpoint middle = takeChain(journeys, run, LINKS).get(number);
            run.kill();
            journeys.restart(CheckpointName.of(middle), false);
            assertThat(run.verdict()).isEqualTo("ok");
        }
    }

    /** A disk writes to memory without the kernel noting it, also where it was asked to before it was drafted. */
    @Test
    void whatADiskWritesIsInTheNext() throws Exception {
        try (Journeys journeys = new Journeys();
                Run run = Run.of(Victim.named("direct")).awaitReady()) {
            takeChain(journeys, run, 5);
            run.kill();
            journeys.restart();
            assertThat(run.verdict()).isEqualTo("ok");
        }
    }

    /** What the restart itself changed is among what changed. Not all of them have a mapping that is large. */
    @ParameterizedTest
    @ValueSource(strings = {"churn", "epochs", "huge", "copy-on-write", "tree", "pipe"})
    void aChainGoesOnAfterARestart(String name) throws Exception {
        try (Journeys journeys = new Journeys();
                Run run = Run.of(Victim.named(name)).awaitReady()) {
            int pid = run.pid();
            for (int i = 0; i < 2; i++) {
                journeys.checkpoint(pid, Strategy.DELTA);
                StoredCheckpoint last = journeys.checkpoint(pid, Strategy.DELTA).checkpoint();
                run.kill();
                pid = journeys.restart();
                StoredCheckpoint next = journeys.checkpoint(pid, Strategy.DELTA).checkpoint();
                assertThat(next.strategyReason()).endsWith(" changed since " + last.id());
                assertThat(next.needs()).isNotEmpty();
                journeys.delete(last);
                journeys.verify(next);
            }
            run.kill();
            journeys.restart();
            assertThat(run.verdict()).isEqualTo("ok");
        }
    }

    /** Others may be asked for in between. */
    @Test
    void keepsItsCountWhenOtherWaysOfCopyingComeBetween() throws Exception {
        try (Journeys journeys = new Journeys();
                Run run = Run.of(Victim.named("churn")).awaitReady()) {
            for (Strategy strategy : List.of(Strategy.STOP, Strategy.LIVE, Strategy.AUTO, Strategy.STOP)) {
                journeys.checkpoint(run.pid(), Strategy.DELTA);
                journeys.checkpoint(run.pid(), strategy);
            }
            journeys.checkpoint(run.pid(), Strategy.DELTA);
            run.kill();
            journeys.restart();
            assertThat(run.verdict()).isEqualTo("ok");
        }
    }

    @Test
    void deletingNeverBreaksAnother() throws Exception {
        try (Journeys journeys = new Journeys();
                Run run = Run.of(Victim.named("churn")).awaitReady()) {
            List<StoredCheckpoint> chain = takeChain(journeys, run, 5);
            chain.subList(0, 4).forEach(journeys::delete);
            assertThat(journeys.stored())
                    .extracting(StoredCheckpoint::id)
                    .containsExactly(chain.get(4).id());
            journeys.verify(chain.get(4));
            run.kill();
            journeys.restart();
            assertThat(run.verdict()).isEqualTo("ok");
            journeys.delete(chain.get(4));
            assertThat(directoriesOf(journeys, chain.get(4))).isEmpty();
        }
    }

    /** Of checkpoints, visible or not. */
    private static List<Path> directoriesOf(Journeys journeys, StoredCheckpoint any) throws IOException {
        try (var all = Files.list(journeys.store().resolve(any.job()))) {
            return all.filter(Files::isDirectory).toList();
        }
    }

    /** Those that took something from it go on doing so. */
    @Test
    void needsNoOtherWhenItIsConsolidated() throws Exception {
        try (Journeys journeys = new Journeys();
                Run run = Run.of(Victim.named("churn")).awaitReady()) {
            List<StoredCheckpoint> chain = takeChain(journeys, run, 4);
            assertThat(chain.get(2).needs()).isNotEmpty();
            assertThat(journeys.consolidate(chain.get(2)).needs()).isEmpty();
            StoredCheckpoint next =
                    journeys.checkpoint(run.pid(), Strategy.DELTA).checkpoint();
            journeys.delete(chain.get(0));
            journeys.delete(chain.get(1));
            for (StoredCheckpoint each : List.of(chain.get(2), chain.get(3), next)) {
                journeys.verify(each);
            }
            run.kill();
            journeys.restart(CheckpointName.of(chain.get(2)), false);
            assertThat(run.verdict()).isEqualTo("ok");
        }
    }

    @Test
    void theLastOfAConsolidatedChainIsTheWholeJob() throws Exception {
        try (Journeys journeys = new Journeys();
                Run run = Run.of(Victim.named("churn")).awaitReady()) {
            for (int i = 0; i < LINKS; i++) {
                StoredCheckpoint taken =
                        journeys.checkpoint(run.pid(), Strategy.DELTA).checkpoint();
                assertThat(taken.needs()).hasSizeLessThanOrEqualTo(1);
                journeys.consolidate(taken);
            }
            run.kill();
            journeys.restart();
            assertThat(run.verdict()).isEqualTo("ok");
        }
    }

    @Test
    void isDamagedWhenOneBeforeItIs() throws Exception {
        try (Journeys journeys = new Journeys();
                Run run = Run.of(Victim.named("churn")).awaitReady()) {
            List<StoredCheckpoint> chain = takeChain(journeys, run, 3);
            Path first = image(journeys, chain.get(0));
            try (FileChannel file = FileChannel.open(first, StandardOpenOption.WRITE)) {
                file.truncate(file.size() / 2);
            }
            assertRefused(journeys, chain.get(1));
            assertRefused(journeys, chain.get(2));
            assertThat(journeys.stored()).isEmpty();
            StoredCheckpoint fresh =
                    journeys.checkpoint(run.pid(), Strategy.DELTA).checkpoint();
            run.kill();
            assertThat(journeys.stored()).containsExactly(fresh);
            journeys.restart();
            assertThat(run.verdict()).isEqualTo("ok");
        }
    }

    @Test
    void copiesAllWhenTheIndexOfTheOneBeforeIsDamaged() throws Exception {
        try (Journeys journeys = new Journeys();
                Run run = Run.of(Victim.named("churn")).awaitReady()) {
            Path last = image(journeys, takeChain(journeys, run, 2).get(1));
            try (TarFile tar = new TarFile(last);
                    FileChannel file = FileChannel.open(last, StandardOpenOption.WRITE)) {
                TarArchiveEntry extents = tar.getEntries().stream()
                        .filter(entry -> entry.getName().equals("extents.pb"))
                        .findFirst()
                        .orElseThrow();
                file.write(ByteBuffer.allocate(16), extents.getDataOffset() + extents.getSize() / 2);
            }
            StoredCheckpoint fresh =
                    journeys.checkpoint(run.pid(), Strategy.DELTA).checkpoint();
            assertThat(fresh.needs()).isEmpty();
            run.kill();
            journeys.restart();
            assertThat(run.verdict()).isEqualTo("ok");
        }
    }

    /** A good image in the place of another that was good too. */
    @Test
    void refusesAnExchangedOneBeforeIt() throws Exception {
        try (Journeys journeys = new Journeys();
                Run run = Run.of(Victim.named("churn")).awaitReady()) {
            List<StoredCheckpoint> chain = takeChain(journeys, run, 3);
            Files.copy(
                    image(journeys, chain.get(1)),
                    image(journeys, chain.get(0)),
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.COPY_ATTRIBUTES);
            assertRefused(journeys, chain.get(2));
        }
    }

    private static Path image(Journeys journeys, StoredCheckpoint checkpoint) {
        return journeys.store()
                .resolve(checkpoint.job())
                .resolve(checkpoint.id())
                .resolve("image.tar");
    }

    private static void assertRefused(Journeys journeys, StoredCheckpoint checkpoint) {
        CheckpointName name = CheckpointName.of(checkpoint);
        assertThat(catchThrowableOfType(Fault.class, () -> journeys.restart(name, false)))
                .extracting(Fault::code)
                .isEqualTo(FaultCode.IMAGE_DAMAGED);
    }

    /** SIGKILL strikes the daemon in the middle of checkpoints and between them: what it noted ends with it. */
    @Test
    void runsOnUnhurtWhenTheDaemonIsKilled() throws Exception {
        assumeTrue(KillableEngine.isInstalled(), "nothing is installed: ./dev build");
        Random moments = new Random(5);
        try (Journeys journeys = new Journeys();
                Run run = Run.of(Victim.named("churn")).awaitReady();
                KillableEngine engine = new KillableEngine(KillableEngine.Home.CKPTD, journeys)) {
            String pid = Integer.toString(run.pid());
            String store = journeys.store().toString();
            for (int i = 0; i < 4; i++) {
                Phase phase = i % 2 == 0 ? Phase.FREEZE : Phase.COMMIT;
                Duration moment = Duration.ofMillis(moments.nextInt(60));
                engine.killIn(phase, moment, "checkpoint", "--pid", pid, "--store", store, "--strategy", "delta");
            }
            journeys.checkpoint(run.pid(), Strategy.DELTA);
            journeys.checkpoint(run.pid(), Strategy.DELTA);
            run.kill();
            journeys.restart();
            assertThat(run.verdict()).isEqualTo("ok");
        }
    }
}
