package io.ckpt.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * SIGKILL strikes ckptd in the middle of what it does for a job of Slurm. The job runs on, or goes on from its last
 * checkpoint; it never begins at zero, and no step is lost or done twice.
 */
@NeedsCluster
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class KilledDaemonTest {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final String CKPTCTL = "/srv/ckpt/bin/ckptctl";
    private static final String STRIKE =
            Path.of("cluster/strike").toAbsolutePath().toString();
    /** Large enough to be struck while it is copied, with threads enough to be struck while they are released. */
    private static final String COUNTING =
            """
            echo begun >>%1$s.begun
            /usr/bin/python3 - <<'END' >%1$s
            import hashlib, os, sys, threading, time
            ballast = os.urandom(160 << 20)
            digest = hashlib.sha256(ballast).digest()
            for _ in range(100):
                threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
            for step in range(1, %2$d + 1):
                print(step, flush=True)
                time.sleep(0.1)
            sys.exit(7 if hashlib.sha256(ballast).digest() == digest else 1)
            END
            """;

    private static Cluster cluster;

    @BeforeAll
    static void up() {
        cluster = Cluster.up();
    }

    @AfterAll
    static void down() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void aPreemptedJobRunsOnAndTheNextDaemonTakesItsCheckpoint() {
        String job = submit("preempted.txt", 250);
        awaitCount("preempted.txt", 10);
        CompletableFuture<Answer> struck = strike("n1", "saving");

        String other = cluster.submit("bob", "sleep 1", "--partition=high", "-c2", "-o/dev/null", "-wn1");

        assertStruck(struck);
        awaitCount("preempted.txt", count("preempted.txt") + 5);
        assertThat(cluster.job(job)).containsEntry("Restarts", "0");
        startDaemon("n1");
        await("the preemptor").atMost(PATIENCE).until(() -> "COMPLETED"
                .equals(cluster.job(other).get("JobState")));
        assertWentOn(job, "preempted.txt", 250);
    }

    @Test
    void aRequeuedJobIsRestartedHoweverOftenTheDaemonDies() {
        String job = submit("requeued.txt", 60);
        awaitCount("requeued.txt", 10);
        CompletableFuture<Answer> struck = strike("n1", "asked");
        Answer vacated = cluster.on("n1", CKPTCTL, "checkpoint", job, "--vacate");
        assertThat(vacated.status()).as(vacated.text()).isZero();

        for (String next : List.of("restoring", "loading", "releasing")) {
            assertStruck(struck);
            struck = strike("n1", next);
            startDaemon("n1");
        }
        assertStruck(struck);
        assertThat(count("requeued.txt"))
                .as("counted by a job that nobody released")
                .isLessThan(60);
        startDaemon("n1");

        assertWentOn(job, "requeued.txt", 60);
    }

    private static String submit(String file, int last) {
        return cluster.submit(
                "alice", COUNTING.formatted(file, last), "--ckpt=auto", "-c2", "-wn1", "--output=" + file + ".log");
    }

    private static CompletableFuture<Answer> strike(String node, String moment) {
        return CompletableFuture.supplyAsync(() -> cluster.on(node, STRIKE, moment));
    }

    private static void assertStruck(CompletableFuture<Answer> strike) {
        Answer answer = strike.join();
        assertThat(answer.status()).as(answer.text()).isZero();
    }

    private static void startDaemon(String node) {
        cluster.on(
                node,
                "sh",
                "-c",
                "/srv/ckpt/sbin/ckptd --config /run/ckpt/ckptd.conf >>/var/log/slurm/ckptd.log 2>&1 &");
    }

    private static void assertWentOn(String job, String file, int last) {
        await("end of job " + job).atMost(PATIENCE).until(() -> "FAILED"
                .equals(cluster.job(job).get("JobState")));
        assertThat(cluster.job(job)).containsEntry("Restarts", "1").containsEntry("ExitCode", "7:0");
        assertThat(cluster.read("alice", file).lines())
                .containsExactlyElementsOf(IntStream.rangeClosed(1, last)
                        .mapToObj(Integer::toString)
                        .toList());
        assertThat(cluster.read("alice", file + ".begun")).isEqualTo("begun\n");
        assertThat(cluster.on("n1", "find", "/srv/images", "-name", ".pending-*")
                        .text())
                .isEmpty();
    }

    private static void awaitCount(String file, int count) {
        await(file).atMost(PATIENCE).until(() -> count(file) >= count);
    }

    private static int count(String file) {
        return (int) cluster.read("alice", file).lines().count();
    }
}
