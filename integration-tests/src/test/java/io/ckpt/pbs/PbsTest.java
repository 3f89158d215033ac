package io.ckpt.pbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What ordinary days bring. Each job counts into a file of its own, so that no step can be lost or be done twice. */
@NeedsBed
@Timeout(value = 90, unit = TimeUnit.SECONDS)
class PbsTest {
    private static Bed bed;

    @BeforeAll
    static void up() {
        bed = Bed.up();
    }

    @AfterAll
    static void down() {
        if (bed != null) {
            bed.close();
        }
    }

    @AfterEach
    void clearHosts() {
        bed.root("pbsnodes", "-r", "n1");
        bed.root("pbsnodes", "-r", "n2");
    }

    @Test
    void goesOnAfterARerunOnAnotherHost() {
        String job = bed.submit(Counting.into("moved"), "-l", "ckpt=1");
        bed.awaitCount("moved", 10);
        String first = bed.host(job);
        bed.root("pbsnodes", "-o", first);

        bed.root("qrerun", job);

        bed.awaitRunning(job, 2);
        assertThat(bed.host(job)).isNotEqualTo(first);
        bed.assertEndsWell(job, "moved");
    }

    @Test
    void goesOnTwiceOnTheSameHost() {
        String job = bed.submit(Counting.into("twice"), "-l", "ckpt=1", "-l", "host=n2");
        for (int run = 1; run <= 2; run++) {
            bed.awaitCount("twice", 10 * run);
            bed.root("qrerun", job);
            bed.awaitRunning(job, run + 1);
        }

        bed.assertEndsWell(job, "twice");
    }

    @Test
    void makesRoomForAPreemptorAndComesBack() {
        bed.root("pbsnodes", "-o", "n2");
        String job = bed.submit(Counting.into("preempted"), "-c", "w=45");
        bed.awaitCount("preempted", 10);

        String preemptor = bed.submit("sleep 0.5", "-q", "express");

        assertThat(bed.awaitEnd(preemptor)).isZero();
        bed.assertEndsWell(job, "preempted");
    }

    @Test
    void goesOnWhenItsWalltimeIsOver() {
        String job = bed.submit(Counting.into("walltime"), "-l", "ckpt=1", "-l", "walltime=4");

        bed.awaitRunning(job, 2);
        bed.assertEndsWell(job, "walltime");
    }

    @Test
    void aDeletedJobIsGoneWithAllItsProcessesAndWithoutACheckpoint() {
        String job = bed.submit("setsid sleep 1111 & " + Counting.into("deleted"), "-l", "ckpt=1");
        bed.awaitCount("deleted", 3);
        String host = bed.host(job);

        bed.as("alice", "qdel", job);

        assertThat(bed.awaitEnd(job)).isEqualTo(256 + 15);
        assertThat(bed.on(host, "pgrep", "-u", "alice").text()).isEmpty();
        assertThat(bed.on(host, Bed.CKPTCTL, "list", job).text()).doesNotContain(job + "-");
    }

    @Test
    void goesOnFromItsLastCheckpointWhenItsHostLosesPower() {
        String job = bed.submit(Counting.into("power"), "-l", "ckpt=1", "-l", "host=n1");
        bed.awaitCount("power", 5);
        bed.checkpoint(job);
        bed.root("qalter", "-W", "host=any", job);
        bed.awaitCount("power", 12);

        bed.powerOff("n1");

        try {
            bed.assertEndsWell(job, "power");
        } finally {
            bed.boot("n1");
        }
    }

    @Test
    void aProgramWithArgumentsKeepsThem() {
        String job = bed.demand(
                        "as", "alice", "qsub", "-l", "ckpt=1", "--", "bash", "-c", "echo \"$0|$1\"; exit 5", "a b", "ü")
                .strip();

        assertThat(bed.awaitEnd(job)).isEqualTo(5);
        assertThat(bed.output(job, ".OU")).isEqualTo("a b|ü\n");
    }

    @Test
    void aSignalThatEndsItAfterARestartIsItsExitStatus() {
        String job = bed.submit(
                "echo begun >signalled; until [ -e die ]; do sleep 0.05; done; kill -SEGV $$", "-l", "ckpt=1");
        await().atMost(Bed.PATIENCE).until(() -> !bed.read("signalled").isEmpty());
        bed.root("qrerun", job);
        bed.awaitRunning(job, 2);

        bed.as("alice", "touch", "die");

        assertThat(bed.awaitEnd(job)).isIn(128 + 11, 256 + 11);
    }

    @Test
    void aHeldJobIsBoundToNoHost() {
        String job = bed.submit(Counting.into("hold"), "-l", "ckpt=1");
        bed.awaitCount("hold", 5);
        String host = bed.host(job);

        Answer held = bed.on(host, "-u", "alice", Bed.CKPTCTL, "hold", job);

        assertThat(held.status()).as(held.text()).isZero();
        bed.awaitState(job, "H");
        bed.root("pbsnodes", "-o", host);
        bed.as("alice", "qrls", job);
        bed.assertEndsWell(job, "hold");
    }

    @Test
    void aSecondTaskKeepsTheJobFromBeingCheckpointedAndIsNamed() {
        String job = bed.submit(Counting.into("tasks"), "-l", "ckpt=1");
        bed.awaitCount("tasks", 5);
        String host = bed.host(job);
        bed.as("alice", "tm_spawn", job);
        await().atMost(Bed.PATIENCE)
                .until(() -> !bed.on(host, "pgrep", "-f", "sleep 1000").text().isEmpty());

        Answer refused = bed.on(host, Bed.CKPTCTL, "checkpoint", job);

        assertThat(refused.status()).isNotZero();
        assertThat(refused.text()).contains("task 3 of job " + job).contains("task manager");
        bed.on(host, "pkill", "-f", "sleep 1000");
        bed.checkpoint(job);
        bed.assertEndsWell(job, "tasks");
    }

    @Test
    void aJobOverSeveralHostsIsRefusedAtSubmit() {
        Answer refused = bed.as("alice", "qsub", "-l", "ckpt=1,select=2:ncpus=1", "--", "true");

        assertThat(refused.status()).isNotZero();
        assertThat(refused.text()).contains("over several hosts").contains("place=pack");
    }

    @Test
    void installingTwiceIsInstallingOnceAndCanBeTakenBack() {
        String[] ckptctl = {"env", "PBS_CONF_FILE=" + bed.conf(), Bed.CKPTCTL, "pbs"};
        bed.on("n1", "mkdir", "-p", "/var/spool/pbs/server_priv");

        assertThat(bed.on("n1", with(ckptctl, "check")).text()).contains("hook ckpt_exec: is not there");
        assertThat(bed.on("n1", with(ckptctl, "install", "--dry-run")).status()).isZero();
        assertThat(bed.on("n1", with(ckptctl, "check")).text()).contains("hook ckpt_exec: is not there");
        assertThat(bed.on("n1", with(ckptctl, "install")).status()).isZero();
        assertThat(bed.on("n1", with(ckptctl, "install")).text()).doesNotContain("doing:");
        assertThat(bed.on("n1", with(ckptctl, "check")).text())
                .contains("preempt_order")
                .contains("node_fail_requeue")
                .doesNotContain("hook");
        assertThat(bed.on("n1", with(ckptctl, "remove")).status()).isZero();
        assertThat(bed.on("n1", with(ckptctl, "check")).text()).contains("hook ckpt_exec: is not there");
        assertThat(bed.on("n1", with(ckptctl, "install")).status()).isZero();
    }

    private static String[] with(String[] command, String... more) {
        return Stream.concat(Arrays.stream(command), Arrays.stream(more)).toArray(String[]::new);
    }

    @Test
    void aSubjobIsAJobLikeAnother() {
        String array = bed.submit(Counting.into("sub$PBS_JOBID"), "-l", "ckpt=1", "-J", "1-2");
        List<String> jobs = IntStream.rangeClosed(1, 2)
                .mapToObj(index -> array.replace("[]", "[" + index + "]"))
                .toList();
        bed.awaitCount("sub" + jobs.get(0), 5);

        bed.root("qrerun", jobs.get(0));

        for (String job : jobs) {
            bed.assertEndsWell(job, "sub" + job);
        }
    }

    @Test
    void aJobThatAsksForNothingIsLeftAlone() {
        String job = bed.submit("echo $PPID >plain; sleep 30");
        await().atMost(Bed.PATIENCE).until(() -> !bed.read("plain").isEmpty());

        assertThat(bed.on(bed.host(job), Bed.CKPTCTL, "status").text()).doesNotContain(job);
        bed.as("alice", "qdel", job);
        assertThat(bed.awaitEnd(job)).isEqualTo(256 + 15);
    }
}
