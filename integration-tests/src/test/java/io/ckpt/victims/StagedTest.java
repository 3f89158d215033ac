package io.ckpt.victims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ckpt.job.StoredCheckpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A job whose checkpoints lie in a store of its node first, and go on to the shared one while it runs. */
@NeedsRoot
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class StagedTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String JOB = "staged";
    private static final List<String> POOL = List.of(
            "/usr/bin/python3", Path.of("programs/pool.py").toAbsolutePath().toString(), "%d");
    private static final List<String> CHURN =
            List.of(Victim.named("churn").program().toString(), "%d");
    private static final long SEED = Long.getLong("seed", System.nanoTime());

    private Journeys journeys;
    private KillableEngine engine;
    private Path local;
    private Path shared;
    private Run run;

    @BeforeEach
    void begin() throws IOException {
        assumeTrue(KillableEngine.isInstalled(), "nothing is installed: ./dev build");
        journeys = new Journeys();
        shared = journeys.store();
        Files.createSymbolicLink(journeys.directory().resolve("store"), shared);
        local = Run.directory(journeys.directory().resolve("local"), "rwx------");
    }

    @AfterEach
    void clean() {
        run.close();
        engine.close();
        journeys.close();
    }

    private void startJob() {
        startJob(POOL);
    }

    private void startJob(List<String> command) {
        engine = new KillableEngine(KillableEngine.Home.CKPTD, journeys, "LocalStore=" + local, "Delta=yes");
        run = Run.of(engine.protectedJob(JOB, 0, command)).awaitReady();
    }

    /** Its parent lies in the node's own store still, where the next run of the job takes what did not change from. */
    @Test
    void theFirstCheckpointOfTheNextRunHoldsWhatChanged() {
        startJob(CHURN);
        await().atMost(PATIENCE).until(() -> !journeys.stored().isEmpty());
        run.kill();
        await().atMost(PATIENCE).until(() -> status().contains("STATE_ENDED"));

        run = run.again(engine.protectedJob(JOB, 1, CHURN));

        await().atMost(PATIENCE).until(() -> ofRun(1).findFirst().isPresent());
        StoredCheckpoint first = ofRun(1).findFirst().orElseThrow();
        assertThat(first.strategyReason()).contains(" changed since ");
        assertThat(first.needs()).isNotEmpty();
        journeys.verify(first);
        assertThat(run.verdict()).isEqualTo("ok");
    }

    private Stream<StoredCheckpoint> ofRun(int generation) {
        return journeys.stored().stream().filter(each -> each.generation() == generation);
    }

    /** The node is lost in the end, with all that it had. */
    @Test
    void whateverMomentTheDaemonIsKilledInACheckpointIsDurableOrNotThere() {
        System.out.println("StagedTest: -Dseed=" + SEED);
        Random random = new Random(SEED);
        startJob();
        for (int round = 0; round < 3; round++) {
            List<Path> known = taken();
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> !known.containsAll(taken()));
            LockSupport.parkNanos((long) (random.nextDouble() * 1_500_000_000));

            engine.replaceDaemon();

            await("nothing half").atMost(PATIENCE).until(() -> journeys.damaged()
                    .isEmpty());
            await("something durable").atMost(PATIENCE).until(() -> !journeys.stored()
                    .isEmpty());
            List<StoredCheckpoint> stored = journeys.stored();
            assertThat(journeys.verify(stored.get(stored.size() - 1))).isPositive();
        }
        String newest = newest();
        await("one not before " + newest).atMost(PATIENCE).until(() -> ids().stream()
                .anyMatch(id -> id.compareTo(newest) >= 0));
        engine.close();
        run.kill();
        Run.remove(local);

        journeys.restart();

        assertThat(run.verdict()).isEqualTo("ok");
    }

    @Test
    void aJobWaitsForTheCopyOfWhatItsNodeHas() throws Exception {
        call("mount", "-t", "tmpfs", "-o", "size=40m,mode=700", "tmpfs", shared.toString());
        try {
            startJob();
            await().atMost(PATIENCE).until(() -> !journeys.stored().isEmpty());
            Path ballast = shared.resolve(".ballast");
            call("sh", "-c", "head -c 100m /dev/zero >" + ballast + " 2>/dev/null || true");
            awaitStatus("No space left", "localCheckpointIds");
            List<String> durable = ids();
            run.kill();
            await().atMost(PATIENCE).until(() -> status().contains("STATE_ENDED"));
            String newest = newest();
            assertThat(durable).doesNotContain(newest);

            run = run.again(engine.protectedJob(JOB, 1, POOL));
            run.awaitGone();
            assertThat(durable).as("durable all the time").isSubsetOf(ids());
            Path away = Files.move(local, journeys.directory().resolve("away"));
            Files.delete(ballast);
            run = run.again(engine.protectedJob(JOB, 2, POOL));
            run.awaitGone();
            assertThat(status()).contains("are on this node only, and cannot be read");
            Files.move(away, local);
            run = run.again(engine.protectedJob(JOB, 3, POOL));

            await().atMost(PATIENCE).until(() -> status().contains("STATE_RUNNING"));
            assertThat(ids()).contains(newest);
            assertThat(run.verdict()).isEqualTo("ok");
        } finally {
            run.kill();
            engine.close();
            call("umount", shared.toString());
        }
    }

    @Test
    void aStoreOfTheNodeThatIsFullOrNotThereIsLeftOut() throws Exception {
        call("mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "tmpfs", local.toString());
        try {
            startJob();
            awaitStatus("has room for");
        } finally {
            call("umount", local.toString());
        }
        Files.delete(local);
        awaitStatus("the store " + local + " does not exist");
        await().atMost(PATIENCE).until(() -> !journeys.stored().isEmpty());
        Run.directory(local, "rwx------");

        await().atMost(PATIENCE).until(() -> !status().contains("does not exist"));
        assertThat(local.resolve(JOB)).isDirectory();
        assertThat(run.verdict()).isEqualTo("ok");
    }

    private List<String> ids() {
        return journeys.stored().stream().map(StoredCheckpoint::id).toList();
    }

    /** What lies in the node's own store. */
    private List<Path> taken() {
        try (Stream<Path> files = Files.exists(local.resolve(JOB)) ? Files.list(local.resolve(JOB)) : Stream.of()) {
            return files.filter(file -> file.getFileName().toString().startsWith(JOB))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String newest() {
        List<String> all = engine.ask("list").lines().toList();
        return all.get(all.size() - 1).split(" ")[0];
    }

    private String status() {
        return engine.ask("status", JOB, "--json");
    }

    private void awaitStatus(String... words) {
        await("status").atMost(PATIENCE).until(() -> {
            String status = status();
            return List.of(words).stream().allMatch(status::contains);
        });
    }

    private static void call(String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor())
                .as(String.join(" ", command))
                .isZero();
    }
}
