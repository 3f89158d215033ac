package io.ckpt.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Batch jobs with and without {@code --ckpt}. Each job counts into a file of its own, so that no step can be lost. */
@NeedsCluster
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class SlurmTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
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
    void leavesAJobWithoutTheOptionAsItWas() {
        String job = cluster.submit(
                "alice", "ps -o comm= $PPID; env | grep -c CKPT; scontrol show job $SLURM_JOB_ID", "--output=plain");

        awaitState(job, "COMPLETED");
        assertThat(cluster.read("alice", "plain")).startsWith("slurmstepd\n0\n").doesNotContain("ckpt");
    }

    @Test
    void givesTheScriptsExitStatus() {
        String job = cluster.submit("alice", "echo $$ $PPID; exit 4", "--ckpt=auto", "--output=status");

        awaitState(job, "FAILED");
        assertThat(cluster.job(job)).containsEntry("ExitCode", "4:0");
        assertThat(cluster.read("alice", "status")).endsWith(" 1\n");
    }

    @Test
    void letsAJobCleanUpWhenItIsCancelled() {
        String job = cluster.submit(
                "alice",
                "trap 'echo cleaned; exit' TERM\necho ready\nwhile :; do sleep 0.2; done",
                protectedAs("clean"));
        awaitOutput("clean", "ready");

        cluster.on("head", "scancel", job);

        awaitState(job, "CANCELLED");
        assertThat(cluster.read("alice", "clean")).contains("cleaned");
    }

    @Test
    void refusesAnOptionThatMakesNoSense() {
        Answer answer = cluster.as("alice", "head", "sbatch", "--ckpt-interval=soon", "--wrap=true");

        assertThat(answer.status()).isNotZero();
        assertThat(answer.text()).contains("--ckpt-interval=soon: must be auto, or a time as in --time");
    }

    @Test
    void refusesALineOfTheScriptThatMakesNoSense() {
        Answer answer = cluster.as(
                "alice", "head", "sh", "-c", "printf '#!/bin/sh\\n#CKPT auto every=5\\n' >odd && sbatch odd");

        assertThat(answer.status()).isNotZero();
        assertThat(answer.text()).contains("#CKPT every=5: must be");
    }

    @Test
    void takesItsWishesFromLinesOfTheScript() {
        String count =
                "i=0; until [ -e /home/alice/lines.stop ]; do echo $((i += 1)); sleep 0.1; done >lines.txt; exit 3";
        String job = cluster.submit("alice", "#CKPT auto interval=0:02 keep=1\n" + count, "-c2", "--output=lines.log");
        awaitCheckpointOf(job);

        await("a moment between two checkpoints")
                .atMost(PATIENCE)
                .until(() -> cluster.as("alice", node(job), CKPTCTL, "checkpoint", job, "--vacate")
                                .status()
                        == 0);

        await().atMost(PATIENCE).until(() -> "1".equals(cluster.job(job).get("Restarts")));
        cluster.as("alice", "head", "touch", "/home/alice/lines.stop");
        awaitState(job, "FAILED");
        assertThat(cluster.job(job)).containsEntry("ExitCode", "3:0");
        assertCountedTo(count("lines.txt"), "lines.txt");
    }

    @Test
    void continuesAfterAPreemption() {
        String job = cluster.submit("alice", counting("preempted.txt", 60, 7), protectedAs("preempted.log"));
        awaitCount("preempted.txt", 10);

        String other = cluster.submit("bob", "sleep 1", "--partition=high", "-c2", "-o/dev/null", "-w" + node(job));

        awaitState(other, "COMPLETED");
        awaitState(job, "FAILED");
        assertThat(cluster.job(job)).containsEntry("ExitCode", "7:0").containsEntry("Restarts", "1");
        assertCountedTo(60, "preempted.txt");
    }

    @Test
    void continuesOnTheOtherNodeWhenItsNodeDies() {
        String job = cluster.submit(
                "alice", counting("orphaned.txt", 150, 0), protectedAs("orphaned.log", "--ckpt-interval=0:02"));
        awaitCheckpointOf(job);
        String node = node(job);

        cluster.powerOff(node);

        try {
            awaitState(job, "COMPLETED");
            assertThat(node(job)).isNotEqualTo(node);
            assertCountedTo(150, "orphaned.txt");
        } finally {
            cluster.boot(node);
        }
    }

    @Test
    void cancelsAJobThatWasRestarted() {
        String job = cluster.submit("alice", counting("again.txt", 1000, 0), protectedAs("again.log"));
        awaitCount("again.txt", 5);
        cluster.as("alice", node(job), CKPTCTL, "checkpoint", job, "--vacate");
        await().atMost(PATIENCE).until(() -> "1".equals(cluster.job(job).get("Restarts")));
        awaitState(job, "RUNNING");
        int counted = count("again.txt");
        awaitCount("again.txt", counted + 5);

        cluster.on("head", "scancel", job);

        awaitState(job, "CANCELLED");
        assertThat(cluster.on(node(job), "pgrep", "-c", "-u", "alice").text()).isEqualTo("0\n");
    }

    @Test
    void showsAJobToItsOwnerAlone() {
        String job =
                cluster.submit("alice", counting("mine.txt", 1000, 0), protectedAs("mine.log", "--ckpt-interval=auto"));
        awaitCount("mine.txt", 1);
        String node = node(job);

        Answer stranger = cluster.as("bob", node, CKPTCTL, "checkpoint", job);
        Answer owner = cluster.as("alice", node, CKPTCTL, "checkpoint", job);

        assertThat(stranger.status()).isNotZero();
        assertThat(stranger.text()).doesNotContain("alice").doesNotContain("6001");
        assertThat(owner.status()).as(owner.text()).isZero();
        assertThat(cluster.as("alice", node, CKPTCTL, "status", job).text())
                .contains("grace 60.0 s: fits", "interval auto 0:", "the job stands still for");
        cluster.on("head", "scancel", job);
    }

    private static String[] protectedAs(String output, String... more) {
        List<String> options = new ArrayList<>(List.of("--ckpt=auto", "-c2", "--output=" + output));
        options.addAll(List.of(more));
        return options.toArray(String[]::new);
    }

    private static String counting(String file, int last, int status) {
        return "for i in $(seq " + last + "); do echo $i; sleep 0.1; done >" + file + "; exit " + status;
    }

    private static String node(String job) {
        return cluster.job(job).get("BatchHost");
    }

    private static void awaitState(String job, String state) {
        await("job " + job + " " + state)
                .atMost(PATIENCE)
                .until(() -> cluster.job(job).get("JobState").equals(state));
    }

    private static void awaitOutput(String file, String text) {
        await(file).atMost(PATIENCE).until(() -> cluster.read("alice", file).contains(text));
    }

    private static void awaitCount(String file, int count) {
        await(file).atMost(PATIENCE).until(() -> count(file) >= count);
    }

    private static void awaitCheckpointOf(String job) {
        awaitState(job, "RUNNING");
        await("a checkpoint of job " + job).atMost(PATIENCE).until(() -> cluster.on(
                        node(job), CKPTCTL, "list", job, "--json")
                .text()
                .contains("STATE_COMMITTED"));
    }

    private static int count(String file) {
        return (int) cluster.read("alice", file).lines().count();
    }

    private static void assertCountedTo(int last, String file) {
        assertThat(cluster.read("alice", file).lines())
                .containsExactlyElementsOf(IntStream.rangeClosed(1, last)
                        .mapToObj(Integer::toString)
                        .toList());
    }
}
