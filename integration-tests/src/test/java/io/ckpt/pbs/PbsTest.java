package io.ckpt.pbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
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
@Timeout(value = 15, unit = TimeUnit.MINUTES)
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
        bed.hosts().forEach(bed::online);
    }

    @Test
    @Scenario({
        Situation.START_FRESH,
        Situation.SCRIPT_JOB,
        Situation.RERUN_ON_ANOTHER_HOST,
        Situation.TMPDIR_AND_OUTPUT_WHOLE
    })
    void goesOnAfterARerunOnAnotherHost() {
        String job = bed.submit(Counting.into("moved"), "-l", "ckpt=1");
        bed.awaitCount("moved", 10);
        String first = bed.host(job);
        bed.offline(first);

        bed.rerun(job);

        bed.awaitRunning(job, 2);
        assertThat(bed.host(job)).isNotEqualTo(first);
        bed.awaitProgress("moved");
        String mode = bed.on(bed.host(job), "stat", "-c", "%a", bed.pbsHome("spool/" + job + ".OU"))
                .text();
        assertThat(mode).as("mode of its output so far").isEqualTo("600\n");
        bed.assertEndsWell(job, "moved");
    }

    @Test
    @Scenario({Situation.RERUN_ON_THE_SAME_HOST, Situation.SETSID_CHILDREN})
    void goesOnTwiceOnTheSameHostWithAChildOfASessionOfItsOwn() {
        String child = "trap wait EXIT;"
                + " setsid bash -c 'until [ -e $WORK/twice.stop ]; do sleep 0.05; done; echo $BASHPID >$WORK/child' & ";
        String job = bed.submit(child + Counting.into("twice"), "-l", "ckpt=1", "-l", "host=" + bed.second());
        for (int run = 1; run <= 2; run++) {
            bed.awaitProgress("twice");
            bed.rerun(job);
            bed.awaitRunning(job, run + 1);
        }

        bed.assertEndsWell(job, "twice");
        assertThat(bed.read("child")).as("the child's word").isNotEmpty();
    }

    @Test
    @Scenario(Situation.PREEMPTION_BY_REQUEUE)
    void makesRoomForAPreemptorAndComesBack() {
        bed.offline(bed.second());
        String job = bed.submit(Counting.into("preempted"), "-c", "w=45");
        bed.awaitCount("preempted", 10);

        String preemptor = bed.submit("sleep 0.5", "-q", "express");

        assertThat(bed.awaitEnd(preemptor)).isZero();
        bed.assertEndsWell(job, "preempted");
    }

    @Test
    @Scenario(Situation.WALLTIME_OVER)
    void goesOnWhenItsWalltimeIsOver() {
        String job = bed.submit(Counting.into("walltime"), "-l", "ckpt=1", "-l", "walltime=4");

        bed.awaitRunning(job, 2);
        bed.assertEndsWell(job, "walltime");
    }

    @Test
    @Scenario(Situation.DELETED)
    void aDeletedJobIsGoneWithAllItsProcessesAndWithoutACheckpoint() {
        String job = bed.submit("setsid sleep 1111 & " + Counting.into("deleted"), "-l", "ckpt=1");
        bed.awaitCount("deleted", 3);
        String host = bed.host(job);

        bed.asUser("qdel", job);

        assertThat(bed.awaitEnd(job)).isEqualTo(256 + 15);
        assertThat(bed.processes(host)).isEmpty();
        assertThat(bed.on(host, bed.ckptctl(), "list", job).text()).doesNotContain(job + "-");
    }

    @Test
    @Scenario(Situation.NODE_LOST)
    void goesOnFromItsLastCheckpointWhenItsHostLosesPower() {
        String job = bed.submitOn(bed.first(), Counting.into("power"), "-l", "ckpt=1");
        bed.awaitCount("power", 5);
        bed.checkpoint(job);
        bed.awaitCount("power", 12);

        bed.disaster("power-off", bed.first());

        try {
            bed.assertEndsWell(job, "power");
        } finally {
            bed.disaster("boot", bed.first());
        }
    }

    @Test
    void aProgramWithArgumentsKeepsThem() {
        String job = bed.submitProgram("bash", "-c", "echo \"$0|$1\"; exit 5", "a b", "ü");

        assertThat(bed.awaitEnd(job)).isEqualTo(5);
        assertThat(bed.output(job, ".OU")).isEqualTo("a b|ü\n");
    }

    @Test
    @Scenario(Situation.NAMES_WITH_BLANKS_AND_UTF8)
    void namesMayHaveBlanksAndUmlauts() {
        bed.asUser("mkdir", bed.work().resolve("Große Läufe").toString());
        String job = bed.submit(Counting.into("Große Läufe/zähl mich"), "-N", bed.oddName(), "-v", "CKPT=1");
        bed.awaitCount("Große Läufe/zähl mich", 5);

        bed.rerun(job);

        bed.awaitRunning(job, 2);
        bed.assertEndsWell(job, "Große Läufe/zähl mich");
    }

    @Test
    @Scenario(Situation.USER_WITHOUT_HOME)
    void aUserNeedsNoHome() {
        assumeThat(bed.homeless()).as("a user without a home").isNotEmpty();
        String job = bed.submitAs(
                bed.homeless(), "until [ -e $WORK/homeless ]; do sleep 0.05; done; pwd; exit 9", "-l", "ckpt=1");
        bed.awaitRunning(job, 1);
        bed.awaitBegun(job);
        bed.rerun(job);
        bed.awaitRunning(job, 2);

        bed.asUser("touch", bed.work().resolve("homeless").toString());

        assertThat(bed.awaitEnd(job)).isEqualTo(9);
    }

    @Test
    @Scenario(Situation.EXIT_CODE_AND_SIGNAL)
    void aSignalThatEndsItAfterARestartIsItsExitStatus() {
        String job =
                submitBash("echo begun >$WORK/signalled; until [ -e $WORK/die ]; do sleep 0.05; done; kill -SEGV $$");
        bed.awaitCount("signalled", 1);
        bed.rerun(job);
        bed.awaitRunning(job, 2);

        bed.asUser("touch", bed.work().resolve("die").toString());

        assertThat(bed.awaitEnd(job)).isEqualTo(256 + 11);
    }

    @Test
    void aSignalOfPbsReachesEveryProcessThatWasBroughtBack() {
        String waiting = "until [ -e $WORK/reach ]; do sleep 0.05; done";
        String child = "setsid bash -c \"trap 'echo child >>$WORK/reached' USR1; " + waiting + "\" & ";
        String job = submitBash("exec 2>/dev/null; trap 'echo job >>$WORK/reached' USR1; " + child
                + "echo begun >$WORK/reaching; " + waiting + "; wait; exit 3");
        bed.awaitCount("reaching", 1);
        bed.rerun(job);
        bed.awaitRunning(job, 2);
        bed.awaitBegun(job);

        await("both to be reached by qsig").atMost(bed.patience()).until(() -> {
            bed.asUser("qsig", "-s", "USR1", job);
            return bed.read("reached").contains("job\n") && bed.read("reached").contains("child\n");
        });

        bed.asUser("touch", bed.work().resolve("reach").toString());
        assertThat(bed.awaitEnd(job)).isEqualTo(3);
    }

    /** A job whose first process is that very shell, which a login shell of MoM's is not. */
    private static String submitBash(String script) {
        return bed.submitProgram(
                "bash", "-c", script.replace("$WORK", bed.work().toString()));
    }

    @Test
    void isCheckpointedByCkptdsOwnClock() {
        String job = bed.submit(Counting.into("clock"), "-v", "CKPT=1,CKPT_INTERVAL=0:01,CKPT_KEEP=3");
        bed.awaitCount("clock", 1);

        await("three checkpoints that nobody asked for").atMost(bed.patience()).until(() -> bed.checkpoints(job) == 3);

        bed.offline(bed.host(job));
        bed.rerun(job);
        bed.awaitRunning(job, 2);
        bed.assertEndsWell(job, "clock");
    }

    @Test
    void theIntervalIsThatOfTheCheckpointAttribute() {
        String job = bed.submit(Counting.into("interval"), "-c", "c=30");
        bed.awaitCount("interval", 1);

        assertThat(bed.on(bed.host(job), bed.ckptctl(), "status", job, "--json").text())
                .contains("\"interval\": \"1800s\"");
        bed.assertEndsWell(job, "interval");
    }

    @Test
    void linesOfItsScriptCountLikeOptions() {
        String job = bed.submit("#CKPT auto interval=0:01 keep=2\n#CKPT every=5\n" + Counting.into("lines"));
        bed.awaitCount("lines", 1);

        await("two checkpoints").atMost(bed.patience()).until(() -> bed.checkpoints(job) == 2);

        bed.asUser("touch", bed.work().resolve("lines.stop").toString());
        assertThat(bed.awaitEnd(job)).isEqualTo(7);
        assertThat(bed.output(job, ".ER"))
                .isEqualTo("ckpt: passed over, for it is not understood: #CKPT every=5\na problem\n");
    }

    @Test
    void aHeldJobIsBoundToNoHost() {
        String job = bed.submit(Counting.into("hold"), "-l", "ckpt=1");
        bed.awaitCount("hold", 5);
        String host = bed.host(job);

        Answer held = bed.onAsUser(host, bed.ckptctl(), "hold", job);

        assertThat(held.status()).as(held.text()).isZero();
        bed.awaitState(job, "H");
        bed.offline(host);
        assertThat(bed.field(job, "exec_vnode")).as("where it is bound to").isEmpty();
        bed.asUser("qrls", job);
        bed.assertEndsWell(job, "hold");
    }

    @Test
    @Scenario(Situation.TWO_TASKS)
    void aSecondTaskKeepsTheJobFromBeingCheckpointedAndIsNamed() {
        String task = bed.pbs("pbsdsh") + " -- sleep 1000 & ";
        String job = bed.submit(task + Counting.into("tasks"), "-l", "ckpt=1");
        bed.awaitCount("tasks", 5);
        String host = bed.host(job);
        await("the task").atMost(bed.patience()).until(() -> bed.runs(host, "sleep 1000"));

        Answer refused = bed.on(host, bed.ckptctl(), "checkpoint", job);

        assertThat(refused.status()).isNotZero();
        assertThat(refused.text()).contains("of job " + job).contains("task manager");
        bed.on(host, "pkill", "-x", "-f", "sleep 1000");
        await("the end of pbsdsh")
                .atMost(bed.patience())
                .until(() -> bed.on(host, "pgrep", "pbsdsh").text().isEmpty());
        bed.checkpoint(job);
        bed.assertEndsWell(job, "tasks");
    }

    @Test
    void aJobOverSeveralHostsIsRefusedAtSubmit() {
        for (String[] wish : new String[][] {{"-l", "ckpt=1"}, {"-c", "w=45"}, {"-v", "CKPT=1"}}) {
            Answer refused = bed.asUser("qsub", wish[0], wish[1], "-l", "select=2:ncpus=1", "--", "/bin/true");

            assertThat(refused.status()).isNotZero();
            assertThat(refused.text()).contains("over several hosts").contains("place=pack");
        }
    }

    @Test
    void aJobOverSeveralHostsThatOnlyItsScriptWantsProtectedIsLeftAlone() {
        String job = bed.submit("#CKPT auto\nexit 3", "-l", "select=2:ncpus=1", "-l", "place=scatter");

        assertThat(bed.awaitEnd(job)).isEqualTo(3);
        assertThat(bed.output(job, ".ER")).contains("runs unprotected: a job over several hosts");
    }

    @Test
    void installingTwiceIsInstallingOnceAndCanBeTakenBack() {
        assertThat(bed.pbsVerb("remove").status()).isZero();
        assertThat(bed.pbsVerb("install", "--dry-run").text()).contains("doing: qmgr -c 'create hook ckpt_exec'");
        assertThat(bed.pbsVerb("check").text()).contains("hook ckpt_exec: is not there");
        assertThat(bed.pbsVerb("install").status()).isZero();
        assertThat(bed.pbsVerb("install").text()).doesNotContain("doing:");
    }

    @Test
    @Scenario(Situation.SUBJOB)
    void aSubjobIsAJobLikeAnother() {
        String array = bed.submit(Counting.into("sub$PBS_JOBID"), "-l", "ckpt=1", "-J", "1-2");
        List<String> jobs = IntStream.rangeClosed(1, 2)
                .mapToObj(index -> array.replace("[]", "[" + index + "]"))
                .toList();
        bed.awaitCount("sub" + jobs.get(0), 5);
        assertKnown(jobs.get(0));
        assertThat(told(jobs.get(0), "status", array)).contains(jobs.get(0));
        assertThat(told(jobs.get(0), "list", array)).contains(jobs.get(0));
        assertThat(told(jobs.get(0), "checkpoint", array)).contains(array + " is an array of jobs");

        bed.rerun(jobs.get(0));

        for (String job : jobs) {
            bed.assertEndsWell(job, "sub" + job);
        }
    }

    /** What ckptctl says of something on the host of a job. */
    private static String told(String job, String verb, String name) {
        return bed.onAsUser(bed.host(job), bed.ckptctl(), verb, name).text();
    }

    private static void assertKnown(String job) {
        String host = bed.host(job);
        Answer checkpoint = bed.onAsUser(host, bed.ckptctl(), "checkpoint", job);

        assertThat(checkpoint.status()).as(checkpoint.text()).isZero();
        assertThat(bed.onAsUser(host, bed.ckptctl(), "list", job).text()).contains(job);
        assertThat(bed.onAsUser(host, bed.ckptctl(), "status", job).text()).contains(job);
        Answer restart = bed.onAsUser(host, bed.ckptctl(), "restart", job + "@latest", "--dry-run");
        assertThat(restart.status()).as(restart.text()).isZero();
    }

    @Test
    void aJobThatAsksForNothingIsLeftAlone() {
        String job = bed.submit("echo $PPID >$WORK/plain; sleep 30");
        await().atMost(bed.patience()).until(() -> !bed.read("plain").isEmpty());

        assertThat(bed.shows(job)).isFalse();
        bed.asUser("qdel", job);
        assertThat(bed.awaitEnd(job)).isEqualTo(256 + 15);
    }
}
