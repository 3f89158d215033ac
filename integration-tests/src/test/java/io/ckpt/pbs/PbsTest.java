package io.ckpt.pbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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
        String job = bed.submit(Counting.to(40, "moved"), "-l", "ckpt=1");
        bed.awaitCount("moved", 10);
        String first = bed.host(job);
        bed.root("pbsnodes", "-o", first);

        bed.root("qrerun", job);

        bed.awaitRunning(job, 2);
        assertThat(bed.host(job)).isNotEqualTo(first);
        assertThat(bed.awaitEnd(job)).isEqualTo(7);
        bed.assertCounted(40, "moved");
        assertThat(bed.output(job, ".OU")).isEqualTo(Counting.output(40));
        assertThat(bed.output(job, ".ER")).isEqualTo("a problem\n");
    }

    @Test
    void goesOnTwiceOnTheSameHost() {
        String job = bed.submit(Counting.to(40, "twice"), "-l", "ckpt=1", "-l", "host=n2");
        for (int run = 1; run <= 2; run++) {
            bed.awaitCount("twice", 10 * run);
            bed.root("qrerun", job);
            bed.awaitRunning(job, run + 1);
        }

        assertThat(bed.awaitEnd(job)).isEqualTo(7);
        bed.assertCounted(40, "twice");
        assertThat(bed.output(job, ".OU")).isEqualTo(Counting.output(40));
    }

    @Test
    void makesRoomForAPreemptorAndComesBack() {
        bed.root("pbsnodes", "-o", "n2");
        String job = bed.submit(Counting.to(40, "preempted"), "-c", "w=45");
        bed.awaitCount("preempted", 10);

        String preemptor = bed.submit("sleep 0.5", "-q", "express");

        assertThat(bed.awaitEnd(preemptor)).isZero();
        assertThat(bed.awaitEnd(job)).isEqualTo(7);
        bed.assertCounted(40, "preempted");
    }

    @Test
    void goesOnWhenItsWalltimeIsOver() {
        String job = bed.submit(Counting.to(60, "walltime"), "-l", "ckpt=1", "-l", "walltime=4");

        bed.awaitRunning(job, 2);
        assertThat(bed.awaitEnd(job)).isEqualTo(7);
        bed.assertCounted(60, "walltime");
    }

    @Test
    void aDeletedJobIsGoneWithAllItsProcessesAndWithoutACheckpoint() {
        String job = bed.submit(
                "setsid sleep 1111 & " + Counting.to(1000, "deleted"), "-l", "ckpt=1");
        bed.awaitCount("deleted", 3);
        String host = bed.host(job);

        bed.as("alice", "qdel", job);

        assertThat(bed.awaitEnd(job)).isEqualTo(256 + 15);
        assertThat(bed.on(host, "pgrep", "-u", "alice").text()).isEmpty();
        assertThat(bed.on(host, Bed.CKPTCTL, "list", job).text()).doesNotContain(job + "-");
    }

    @Test
    void goesOnFromItsLastCheckpointWhenItsHostLosesPower() {
        String job = bed.submit(Counting.to(50, "power"), "-l", "ckpt=1", "-l", "host=n1");
        bed.awaitCount("power", 5);
        bed.checkpoint(job);
        bed.root("qalter", "-W", "host=any", job);
        bed.awaitCount("power", 12);

        bed.powerOff("n1");

        try {
            assertThat(bed.awaitEnd(job)).isEqualTo(7);
            bed.assertCounted(50, "power");
            assertThat(bed.output(job, ".OU")).isEqualTo(Counting.output(50));
        } finally {
            bed.boot("n1");
        }
    }

    @Test
    void aProgramWithArgumentsKeepsThem() {
        String job = bed.demand("as", "alice", "qsub", "-l", "ckpt=1", "--", "bash", "-c", "echo \"$0|$1\"; exit 5", "a b", "ü").strip();

        assertThat(bed.awaitEnd(job)).isEqualTo(5);
        assertThat(bed.output(job, ".OU")).isEqualTo("a b|ü\n");
    }

    @Test
    void aSignalThatEndsItAfterARestartIsItsExitStatus() {
        String job = bed.submit("echo begun >signalled; until [ -e die ]; do sleep 0.05; done; kill -SEGV $$", "-l", "ckpt=1");
        await().atMost(Bed.PATIENCE).until(() -> !bed.read("signalled").isEmpty());
        bed.root("qrerun", job);
        bed.awaitRunning(job, 2);

        bed.as("alice", "touch", "die");

        assertThat(bed.awaitEnd(job)).isIn(128 + 11, 256 + 11);
    }

    @Test
    void aSubjobIsAJobLikeAnother() {
        String array = bed.submit(Counting.to(30, "sub$PBS_JOBID"), "-l", "ckpt=1", "-J", "1-2");
        List<String> jobs = IntStream.rangeClosed(1, 2)
                .mapToObj(index -> array.replace("[]", "[" + index + "]"))
                .toList();
        bed.awaitCount("sub" + jobs.get(0), 5);

        bed.root("qrerun", jobs.get(0));

        for (String job : jobs) {
            assertThat(bed.awaitEnd(job)).isEqualTo(7);
            bed.assertCounted(30, "sub" + job);
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
