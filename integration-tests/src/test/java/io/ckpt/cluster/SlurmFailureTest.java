package io.ckpt.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bad luck and operators. Each job counts into a file of its own, so that no step can be lost or be done twice. */
@NeedsCluster
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class SlurmFailureTest {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final String CKPTCTL = "/srv/ckpt/bin/ckptctl";

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
    void keepsTheNewestOfItsPeriodicCheckpoints() {
        String job = submit("periodic.txt", 1000, "--ckpt-interval=0:01", "--ckpt-keep=2");
        awaitCheckpointOf(job);
        String first = checkpoints(job);

        await().atMost(PATIENCE).until(() -> !checkpoints(job).contains(firstId(first)));

        assertThat(checkpoints(job).lines().filter(line -> line.startsWith(job + "-")))
                .hasSizeBetween(2, 3);
        cluster.on("head", "scancel", job);
    }

    @Test
    void continuesAfterAnOperatorsRequeue() {
        String job = submit("requeued.txt", 60);
        awaitCount("requeued.txt", 20);

        cluster.on("head", "scontrol", "requeue", job);

        awaitEnd(job);
        assertThat(cluster.job(job)).containsEntry("Restarts", "1").containsEntry("ExitCode", "7:0");
        assertCountedTo(60, "requeued.txt");
    }

    @Test
    void neverRunsAJobTwiceWhenItsNodeIsCutOff() {
        String job = submit("cut-off.txt", 450, "--ckpt-interval=0:02");
        awaitCheckpointOf(job);
        String node = node(job);
        cluster.cutOff(node);

        try {
            awaitEnd(job);
        } finally {
            cluster.plugIn(node);
        }

        assertThat(cluster.job(job)).containsEntry("Restarts", "1").containsEntry("ExitCode", "7:0");
        assertCountedTo(450, "cut-off.txt");
        assertThat(cluster.read("alice", "cut-off.txt.nodes").lines().dropWhile(node::equals))
                .as("what ran after the job had begun to run elsewhere")
                .isNotEmpty()
                .doesNotContain(node);
    }

    @Test
    void aJobOutlivesItsDaemonAndTheNextOneKnowsIt() {
        String job = submit("survivor.txt", 200);
        awaitCount("survivor.txt", 5);
        String node = node(job);

        cluster.on(node, "pkill", "-KILL", "-f", "io.ckpt.daemon.Ckptd");
        cluster.on(
                node,
                "sh",
                "-c",
                "/srv/ckpt/sbin/ckptd --config /run/ckpt/ckptd.conf >>/var/log/slurm/ckptd.log 2>&1 &");

        await("the next daemon")
                .atMost(PATIENCE)
                .until(() -> cluster.on(node, CKPTCTL, "status", job).text().contains("running"));
        Answer vacated = cluster.on(node, CKPTCTL, "checkpoint", job, "--vacate");
        assertThat(vacated.status()).as(vacated.text()).isZero();
        awaitEnd(job);
        assertThat(cluster.job(job)).containsEntry("Restarts", "1").containsEntry("ExitCode", "7:0");
        assertCountedTo(200, "survivor.txt");
    }

    private static String submit(String file, int last, String... more) {
        String[] options = new String[more.length + 3];
        options[0] = "--ckpt=auto";
        options[1] = "-c2";
        options[2] = "--output=" + file + ".log";
        System.arraycopy(more, 0, options, 3, more.length);
        String step = "echo $i; hostname >>" + file + ".nodes; sleep 0.1";
        return cluster.submit(
                "alice", "for i in $(seq " + last + "); do " + step + "; done >" + file + "; exit 7", options);
    }

    private static String node(String job) {
        return cluster.job(job).get("BatchHost");
    }

    private static String checkpoints(String job) {
        return cluster.on(node(job), CKPTCTL, "list", job).text();
    }

    private static String firstId(String list) {
        return list.lines().skip(1).findFirst().orElseThrow().split(" ")[0];
    }

    private static void awaitCheckpointOf(String job) {
        await("a checkpoint of job " + job)
                .atMost(PATIENCE)
                .until(() -> node(job) != null && checkpoints(job).lines().count() > 1);
    }

    private static void awaitEnd(String job) {
        await("end of job " + job).atMost(PATIENCE).until(() -> "FAILED"
                .equals(cluster.job(job).get("JobState")));
    }

    private static void awaitCount(String file, int count) {
        await(file)
                .atMost(PATIENCE)
                .until(() -> cluster.read("alice", file).lines().count() >= count);
    }

    private static void assertCountedTo(int last, String file) {
        assertThat(cluster.read("alice", file).lines())
                .containsExactlyElementsOf(IntStream.rangeClosed(1, last)
                        .mapToObj(Integer::toString)
                        .toList());
    }
}
