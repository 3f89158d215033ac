package io.ckpt.pbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bad luck: daemons that die, hang or are not there, images that are damaged, hosts that are cut off. */
@NeedsBed
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class PbsFailureTest {
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

    @BeforeEach
    void prepareHosts() throws IOException {
        String settings = Files.readString(Bed.INSTALL.resolve("lib/ckpt/pbs/settings.json"));
        for (String host : bed.hosts()) {
            bed.settings(host, settings);
            bed.online(host);
            bed.configure(host, bed.terminate(20, 20));
        }
    }

    @Test
    @Scenario(Situation.MOM_RESTARTED_WITH_P)
    void aJobOutlivesItsMomThatIsStartedWithP() {
        String job = bed.submit(Counting.into("survivor"), "-l", "ckpt=1", "-l", "host=" + bed.first());
        bed.awaitCount("survivor", 5);

        bed.restartMom(bed.first(), "-p");

        bed.rerun(job);
        bed.awaitRunning(job, 2);
        bed.assertEndsWell(job, "survivor");
    }

    @Test
    @Scenario(Situation.MOM_RESTARTED)
    void aJobThatWasKilledWithItsMomGoesOnFromItsLastCheckpoint() {
        String job = bed.submit(Counting.into("mom"), "-l", "ckpt=1", "-l", "host=" + bed.first());
        bed.awaitCount("mom", 5);
        bed.checkpoint(job);

        bed.restartMom(bed.first());

        bed.awaitRunning(job, 2);
        bed.assertEndsWell(job, "mom");
    }

    @Test
    @Scenario(Situation.TWO_INCARNATIONS)
    void theOlderOfTwoIncarnationsIsEnded() {
        String job = bed.submitOn(bed.second(), Counting.into("cut-off"), "-l", "ckpt=1");
        bed.awaitCount("cut-off", 5);
        bed.checkpoint(job);

        bed.disaster("cut-off", bed.second());

        try {
            bed.awaitRunning(job, 2);
            assertThat(bed.host(job)).isEqualTo(bed.first());
            bed.awaitEmpty(bed.second());
            bed.assertEndsWell(job, "cut-off");
        } finally {
            bed.disaster("heal", bed.second());
        }
    }

    @Test
    @Scenario(Situation.TWO_INCARNATIONS)
    void theOlderOfTwoIncarnationsCannotWriteAnyMore() {
        String words = "until [ -e $WORK/older.stop ]; do echo $SECONDS >$WORK/older.$HOSTNAME; sleep 0.05; done";
        String job = bed.submitOn(bed.second(), words, "-l", "ckpt=1");
        await("its first word").atMost(bed.patience()).until(() -> !bed.read("older." + bed.second())
                .isEmpty());
        bed.checkpoint(job);
        bed.signalDaemon(bed.second(), "STOP");

        bed.disaster("cut-off", bed.second());

        try {
            bed.awaitRunning(job, 2);
            await("the newer run").atMost(bed.patience()).until(() -> bed.checkpointBy(bed.first(), job) == 0);
            bed.signalDaemon(bed.second(), "CONT");
            assertThat(bed.checkpointBy(bed.second(), job)).isNotZero();
            bed.awaitEmpty(bed.second());
            assertThat(bed.processes(bed.first())).isNotEmpty();
            bed.asUser("touch", bed.work().resolve("older.stop").toString());
            assertThat(bed.awaitEnd(job)).isZero();
        } finally {
            bed.signalDaemon(bed.second(), "CONT");
            bed.disaster("heal", bed.second());
        }
    }

    @Test
    @Scenario(Situation.TERMINATE_OUT_OF_TIME)
    void anActionThatRunsOutOfTimeLeavesTheLastCheckpoint() {
        bed.configure(bed.first(), bed.terminate(2, 100));
        String job = bed.submit(Counting.into("timeout"), "-l", "ckpt=1", "-l", "host=" + bed.first());
        bed.awaitCount("timeout", 5);
        bed.checkpoint(job);
        bed.signalDaemon(bed.first(), "STOP");

        try {
            bed.rerun(job);
        } finally {
            bed.signalDaemon(bed.first(), "CONT");
        }

        bed.awaitRunning(job, 2);
        bed.assertEndsWell(job, "timeout");
    }

    @Test
    @Scenario(Situation.ENGINE_KILLED_IN_TERMINATE)
    void aDaemonThatDiesWhileATerminationWaitsForItLosesNothing() {
        String job = bed.submit(Counting.into("engine"), "-l", "ckpt=1", "-l", "host=" + bed.first());
        bed.awaitCount("engine", 5);
        bed.checkpoint(job);
        bed.signalDaemon(bed.first(), "STOP");
        Thread rerun = new Thread(() -> bed.rerun(job));
        rerun.start();
        await("pbs-action")
                .atMost(bed.patience())
                .until(() -> bed.on(bed.first(), "pgrep", "-x", "pbs-action").status() == 0);

        bed.signalDaemon(bed.first(), "KILL");
        bed.startDaemon(bed.first());

        bed.awaitRunning(job, 2);
        bed.assertEndsWell(job, "engine");
    }

    @Test
    @Scenario(Situation.ENGINE_KILLED_IN_TERMINATE)
    void aDaemonThatDiesWhileItWritesTheLastCheckpointLosesNothing() throws InterruptedException {
        String ballast = "ballast=$(head -c 60000000 /dev/urandom | base64 -w0); ";
        String job = bed.submit(ballast + Counting.into("writing"), "-l", "ckpt=1", "-l", "host=" + bed.first());
        bed.awaitCount("writing", 5);
        bed.checkpoint(job);
        Thread rerun = new Thread(() -> bed.rerun(job));
        rerun.start();

        Answer killed = bed.on(
                bed.first(),
                "bash",
                "-c",
                "for ((i = 0; i < 10000000; i++)); do [ -e /run/ckpt/busy/$0 ] && exec kill -KILL $(cat $1); done; exit 1",
                job,
                bed.daemonPid());

        assertThat(killed.status()).as("its mark was seen").isZero();
        bed.startDaemon(bed.first());
        rerun.join();
        bed.awaitRunning(job, 2);
        bed.assertEndsWell(job, "writing");
    }

    @Test
    @Scenario(Situation.STORE_FULL)
    void aFullStoreLeavesTheJobRunningAndTheLastCheckpointGood() {
        String store = "/run/ckpt-small";
        for (String host : bed.hosts()) {
            bed.on(host, "sh", "-c", "mkdir -p $0 && mount -t tmpfs -o size=4m,mode=700 tmpfs $0", store);
        }
        String grow = "[ ! -e $WORK/grow ] || ballast=${ballast:-$(head -c 8000000 /dev/urandom | base64 -w0)}";
        String job =
                bed.submit(Counting.into("full", grow), "-v", "CKPT=1,CKPT_DIR=" + store, "-l", "host=" + bed.first());
        bed.awaitCount("full", 5);
        bed.checkpoint(job);
        bed.asUser("touch", bed.work().resolve("grow").toString());
        bed.awaitProgress("full");

        Answer full = bed.on(bed.first(), bed.ckptctl(), "checkpoint", job);

        assertThat(full.status()).as(full.text()).isEqualTo(74);
        bed.awaitProgress("full");
        bed.rerun(job);
        bed.awaitRunning(job, 2);
        bed.assertEndsWell(job, "full");
        bed.hosts().forEach(host -> bed.on(host, "umount", store));
    }

    @Test
    void theSiteMayProtectEveryJobAndAUserMayDecline() {
        bed.hosts().forEach(host -> bed.settings(host, "{\"default\": true, \"on_walltime\": \"requeue\"}"));
        String declined = bed.submit("until [ -e $WORK/site.stop ]; do sleep 0.05; done", "-c", "n");
        bed.awaitRunning(declined, 1);
        String job = bed.submit(Counting.into("site"));
        bed.awaitCount("site", 5);
        assertThat(bed.shows(declined)).isFalse();

        bed.rerun(job);

        bed.awaitRunning(job, 2);
        bed.assertEndsWell(job, "site");
        assertThat(bed.awaitEnd(declined)).isZero();
    }

    @Test
    void theSiteMayLetJobsEndWithTheirWalltime() {
        bed.hosts().forEach(host -> bed.settings(host, "{\"on_walltime\": \"end\"}"));
        String job = bed.submit(Counting.into("ends"), "-l", "ckpt=1", "-l", "walltime=2");

        assertThat(bed.awaitEnd(job)).isEqualTo(-29);
        assertThat(bed.read("ends.begun")).isEqualTo("begun\n");
    }

    @Test
    @Scenario(Situation.ENGINE_DOWN_AT_LAUNCH)
    void withoutADaemonAJobThatRanBeforeIsGivenBackAndGoesOnElsewhere() {
        String job = bed.submitOn(bed.first(), Counting.into("given-back"), "-l", "ckpt=1");
        bed.awaitCount("given-back", 5);
        bed.checkpoint(job);
        bed.offline(bed.first());
        bed.signalDaemon(bed.second(), "KILL");

        try {
            bed.rerun(job);
            bed.awaitRunning(job, 2);
            assertThat(bed.host(job)).isEqualTo(bed.second());
            bed.online(bed.first());
            bed.offline(bed.second());
        } finally {
            bed.startDaemon(bed.second());
        }

        bed.assertEndsWell(job, "given-back");
    }

    @Test
    @Scenario(Situation.ENGINE_DOWN_AT_LAUNCH)
    void withoutADaemonANewJobRunsUnprotectedAndSaysSo() {
        bed.signalDaemon(bed.first(), "KILL");
        try {
            String job = bed.submit("exit 3", "-l", "ckpt=1", "-l", "host=" + bed.first());

            assertThat(bed.awaitEnd(job)).isEqualTo(3);
            assertThat(bed.output(job, ".ER")).contains("runs unprotected");
        } finally {
            bed.startDaemon(bed.first());
        }
    }

    @Test
    @Scenario(Situation.HOOK_RAISES)
    void whereTheHookFailsAJobRunsAsWithoutIt() {
        bed.configure(bed.first());
        bed.settings(bed.first(), "{ this is no JSON");

        String job = bed.submit("exit 4", "-l", "ckpt=1", "-l", "host=" + bed.first());

        assertThat(bed.awaitEnd(job)).isEqualTo(4);
    }

    @Test
    @Scenario(Situation.HOOK_RAISES)
    void whereTheHookFailsAJobThatRanBeforeIsHeld() {
        String job = bed.submitOn(bed.first(), Counting.into("hook"), "-l", "ckpt=1");
        bed.awaitCount("hook", 5);
        bed.configure(bed.second());
        bed.offline(bed.first());

        bed.rerun(job);

        bed.awaitState(job, "H");
        assertThat(bed.field(job, "Hold_Types")).isEqualTo("s");
        bed.configure(bed.second(), bed.terminate(20, 20));
        bed.root("qrls", "-h", "s", job);
        bed.assertEndsWell(job, "hook");
    }

    @Test
    @Scenario(Situation.CANNOT_RESTART_HERE)
    void aJobThatCannotGoOnHereIsHeldWithAWordAndLosesNothing() throws IOException {
        String job = bed.submit(Counting.into("short"), "-l", "ckpt=1", "-l", "host=" + bed.first());
        bed.awaitCount("short", 5);
        bed.root("pbsnodes", "-o", bed.first());
        bed.rerun(job);
        bed.awaitState(job, "Q");
        Path counted = bed.work().resolve("short");
        byte[] content = Files.readAllBytes(counted);
        Files.write(counted, new byte[0]);

        bed.online(bed.first());

        bed.awaitState(job, "H");
        assertThat(bed.field(job, "comment")).contains("short");
        Files.write(counted, content);
        bed.root("qrls", "-h", "s", job);
        bed.assertEndsWell(job, "short");
    }

    @Test
    @Scenario(Situation.RERUN_WHILE_BROUGHT_BACK)
    void aJobThatIsRerunWhileItIsBroughtBackIsNotHeld() {
        String ballast = "ballast=$(head -c 60000000 /dev/urandom | base64 -w0); ";
        String job = bed.submit(ballast + Counting.into("hurry"), "-l", "ckpt=1", "-l", "host=" + bed.first());
        bed.awaitCount("hurry", 5);
        bed.rerun(job);
        bed.awaitRunning(job, 2);
        bed.awaitBegun(job);

        bed.rerun(job);

        bed.awaitRunning(job, 3);
        bed.assertEndsWell(job, "hurry");
    }

    @Test
    @Scenario(Situation.FROM_ZERO_ALOUD)
    void aJobWithoutACheckpointThatBeginsAnewSaysSo() {
        String job =
                bed.submit("echo begun >>$WORK/anew; sleep 1; exit 6", "-l", "ckpt=1", "-l", "host=" + bed.first());
        await().atMost(bed.patience()).until(() -> !bed.read("anew").isEmpty());

        bed.restartMom(bed.first());

        assertThat(bed.awaitEnd(job)).isEqualTo(6);
        assertThat(bed.read("anew")).isEqualTo("begun\nbegun\n");
        assertThat(bed.output(job, ".ER")).contains("BEGINS AFRESH");
    }

    @Test
    @Scenario(Situation.IMAGE_DAMAGED)
    void aDamagedImageIsPassedOverForTheOneBefore() throws IOException {
        String job =
                bed.submit(Counting.into("damaged"), "-l", "ckpt=1", "-v", "CKPT_KEEP=3", "-l", "host=" + bed.first());
        bed.awaitCount("damaged", 5);
        bed.checkpoint(job);
        bed.awaitCount("damaged", 10);
        bed.rerun(job);
        bed.awaitRunning(job, 2);
        bed.awaitProgress("damaged");
        bed.offline(bed.first());
        bed.rerun(job);
        bed.awaitState(job, "Q");
        spoil(newestImage(job));

        bed.online(bed.first());

        await("the job's comment").atMost(bed.patience()).until(() -> bed.field(job, "comment")
                .contains("ckpt: checkpoint " + job));
        bed.assertEndsWell(job, "damaged");
    }

    @Test
    @Scenario(Situation.PREEMPTION_BY_CHECKPOINT)
    void aPreemptionByCheckpointEndsInAStartAnywhereToo() {
        bed.configure(bed.first(), bed.withBridge(20));
        bed.preemptBy("C");
        try {
            String job = bed.submitOn(bed.first(), Counting.into("preempted"), "-l", "ckpt=1");
            bed.awaitCount("preempted", 5);
            bed.offline(bed.second());

            String preemptor = bed.submit("sleep 0.5", "-q", "express");

            assertThat(bed.awaitEnd(preemptor)).isZero();
            bed.assertEndsWell(job, "preempted");
        } finally {
            bed.preemptBy("R");
        }
    }

    @Test
    @Scenario(Situation.HELD_BY_THE_BRIDGE)
    void aHeldJobIsStartedAnywhereByTheBridge() {
        bed.configure(bed.first(), bed.withBridge(20));
        String job = bed.submitOn(bed.first(), Counting.into("held"), "-l", "ckpt=1");
        bed.awaitCount("held", 5);

        assertThat(bed.asUser("qhold", job).status()).isZero();

        bed.awaitState(job, "H");
        assertThat(bed.processes(bed.first())).isEmpty();
        bed.asUser("qrls", job);
        bed.assertEndsWell(job, "held");
    }

    @Test
    @Scenario(Situation.HELD_BY_THE_BRIDGE)
    void ckptctlHoldsUnboundAlsoWhereThereIsTheBridge() {
        bed.configure(bed.first(), bed.withBridge(20));
        String job = bed.submitOn(bed.first(), Counting.into("unbound"), "-l", "ckpt=1");
        bed.awaitCount("unbound", 5);

        Answer held = bed.onAsUser(bed.first(), bed.ckptctl(), "hold", job);

        assertThat(held.status()).as(held.text()).isZero();
        bed.awaitState(job, "H");
        assertThat(bed.field(job, "exec_vnode")).isEmpty();
        bed.offline(bed.first());
        bed.asUser("qrls", job);
        bed.awaitRunning(job, 2);
        assertThat(bed.host(job)).isEqualTo(bed.second());
        bed.assertEndsWell(job, "unbound");
    }

    private static Path newestImage(String job) throws IOException {
        try (Stream<Path> files = Files.walk(bed.images().resolve(job))) {
            return files.filter(file -> file.endsWith("image.tar"))
                    .max(Comparator.comparing(file -> file.toFile().lastModified()))
                    .orElseThrow();
        }
    }

    /** In the middle of its pages, so that its seal still holds. */
    private static void spoil(Path image) throws IOException {
        try (FileChannel channel = FileChannel.open(image, StandardOpenOption.WRITE)) {
            channel.write(java.nio.ByteBuffer.wrap(new byte[64]), 2048);
        }
    }
}
