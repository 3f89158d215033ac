package io.ckpt.pbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the real PBS does wrong: each {@link Bug} bites actions that trust MoM's own checkpoint and restart, as {@code
 * native_action} does, and takes nothing from a job of ours.
 */
@NeedsBed
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class PbsBugsTest {
    private static final String NAIVE = "/run/native_action";
    private static final String NO_SESSION = Integer.toString(Integer.MAX_VALUE);

    private static Bed bed;

    @BeforeAll
    static void up() throws IOException {
        bed = Bed.up();
        String text = Files.readString(Path.of("fakemom/native_action"));
        bed.on(bed.first(), "sh", "-c", "printf %s \"$1\" >\"$0\" && chmod 755 \"$0\"", NAIVE, text);
    }

    @AfterAll
    static void down() {
        if (bed != null) {
            bed.close();
        }
    }

    @BeforeEach
    void prepare() {
        bed.bugs(EnumSet.allOf(Bug.class));
        bed.configure(bed.first(), bed.withBridge(20));
    }

    @AfterEach
    void clear() {
        bed.hosts().forEach(bed::online);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void momEndsNothingByItself(boolean on) throws InterruptedException {
        choose(Bug.KILLS_NOTHING, on);
        bed.configure(bed.first(), naive("checkpoint_abort", "idle", 0));
        String file = "idle." + on;
        String job = plain("until [ -e $WORK/" + file + ".stop ]; do sleep 0.05; done; echo done >$WORK/" + file);
        Thread hold = new Thread(() -> bed.asUser("qhold", job));
        hold.start();
        awaitInMomsLog(job + ";checkpoint_abort returned 0");

        if (on) {
            bed.asUser("touch", bed.work().resolve(file + ".stop").toString());
        }

        bed.awaitState(job, "H");
        hold.join();
        assertThat(bed.read(file)).isEqualTo(on ? "done\n" : "");
        bed.asUser("qdel", job);
    }

    @Test
    @Scenario(Situation.BUG_KILLS_NOTHING)
    void whatWeEndIsGoneHoweverItResists() {
        String stubborn = "trap '' HUP INT TERM; setsid bash -c \"trap '' TERM; sleep 1111\" & ";
        String job = bed.submit(stubborn + Counting.into("stubborn"), "-l", "ckpt=1", "-l", "host=" + bed.first());
        bed.awaitCount("stubborn", 5);

        assertThat(bed.asUser("qhold", job).status()).isZero();

        bed.awaitState(job, "H");
        assertThat(bed.processes(bed.first())).isEmpty();
        bed.asUser("qrls", job);
        bed.awaitRunning(job, 2);
        bed.awaitProgress("stubborn");
        bed.rerun(job);
        bed.awaitRunning(job, 3);
        bed.awaitProgress("stubborn");
        bed.configure(bed.first(), bed.terminate(20, 4));
        bed.asUser("qdel", job);
        bed.awaitEnd(job);
        assertThat(bed.processes(bed.first())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aNativeRestartEndsWithAStatusOfOld(boolean on) {
        choose(Bug.STALE_EXIT_STATUS, on);
        String job = heldNatively(1);

        bed.asUser("qrls", job);

        assertThat(bed.awaitEnd(job)).isEqualTo(on ? 265 : 5);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSecondHoldAfterANativeRestartDoesNothing(boolean on) {
        choose(Bug.SILENT_SECOND_HOLD, on);
        String job = heldNatively(1000);
        bed.asUser("qrls", job);
        await("the restart")
                .atMost(bed.patience())
                .until(() -> bed.field(job, "substate").equals("41")
                        && bed.runs(bed.first(), ".*native_action restart " + job.replace(".", "\\.") + ".*"));

        assertThat(bed.asUser("qhold", job).status()).isZero();

        assertThat(bed.field(job, "Hold_Types")).isEqualTo("u");
        assertThat(bed.state(job)).isEqualTo(on ? "R" : "H");
        bed.asUser("qdel", job);
    }

    @Test
    @Scenario({Situation.BUG_STALE_EXIT_STATUS, Situation.BUG_SILENT_SECOND_HOLD})
    void weAreHeldAsOftenAsOneLikesAndEndWithOurOwnStatus() {
        String job = bed.submitOn(bed.first(), Counting.into("twice-held"), "-l", "ckpt=1");
        for (int hold = 1; hold <= 2; hold++) {
            bed.awaitProgress("twice-held");
            bed.offline(bed.second());

            assertThat(bed.asUser("qhold", job).status()).isZero();

            bed.awaitState(job, "H");
            assertThat(bed.processes(bed.first())).isEmpty();
            bed.asUser("qrls", job);
            bed.awaitRunning(job, hold + 1);
        }

        bed.assertEndsWell(job, "twice-held");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theWalltimeOfATransmogrifiedJobIsOver(boolean on) {
        choose(Bug.WALLTIME_STAMP, on);
        bed.configure(
                bed.first(),
                "$restart_transmogrify True",
                naive("checkpoint_abort", "end", 0),
                naive("restart", "become", 4));
        String job = plain("sleep 1000", "-l", "walltime=500");
        hold(job);

        bed.asUser("qrls", job);

        assertThat(bed.awaitEnd(job)).isEqualTo(on ? -29 : 5);
    }

    @Test
    @Scenario(Situation.BUG_WALLTIME_STAMP)
    void weGoOnAlsoWhereMomTransmogrifiesAndAreWarnedOfIt() {
        String[] lines = bed.withBridge(20);
        bed.configure(bed.first(), lines[0], lines[1], lines[2], "$restart_transmogrify True");
        assertThat(bed.on(bed.first(), bed.ckptctl(), "pbs", "check").text()).contains("no $restart_transmogrify True");
        String job =
                bed.submit(Counting.into("wall"), "-l", "ckpt=1", "-l", "walltime=500", "-l", "host=" + bed.first());
        bed.awaitCount("wall", 5);
        hold(job);

        bed.asUser("qrls", job);

        bed.assertEndsWell(job, "wall");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aJobWithACheckpointRunsForEverAfterARestartOfMom(boolean on) {
        choose(Bug.RUNNING_FOR_EVER, on);
        bed.configure(bed.first(), naive("checkpoint", "idle", 0), naive("restart", "restart", 1));
        String job = plain("sleep 1000", "-c", "w=1");
        awaitLastMark(job, naive("restart", "restart", 1));

        bed.restartMom(bed.first());

        if (on) {
            awaitInMomsLog("no active tasks");
            assertThat(bed.state(job)).isEqualTo("R");
            bed.asUser("qdel", job);
        } else {
            assertThat(bed.awaitEnd(job)).isEqualTo(265);
        }
    }

    @Test
    @Scenario(Situation.BUG_RUNNING_FOR_EVER)
    void weHaveNoCheckpointOfMomsAndGoOnAfterARestartOfIt() {
        String job = bed.submit(Counting.into("periodic"), "-c", "w=1", "-l", "host=" + bed.first());
        bed.awaitCount("periodic", 5);
        bed.checkpoint(job);

        bed.restartMom(bed.first());

        bed.awaitRunning(job, 2);
        bed.assertEndsWell(job, "periodic");
    }

    @Test
    @Scenario(Situation.BUG_RUNNING_FOR_EVER)
    void whereMomMarksOurJobsAgainstTheAdviceNothingIsLost() {
        String[] lines = bed.withBridge(20);
        String periodic = "$action checkpoint 20 !" + bed.action() + " checkpoint %jobid %sid %taskid %uid %gid 20";
        bed.configure(bed.first(), lines[0], lines[1], lines[2], periodic);
        assertThat(bed.on(bed.first(), bed.ckptctl(), "pbs", "check").text()).contains("no $action checkpoint in");
        String job = bed.submit(Counting.into("marked"), "-c", "w=1", "-l", "host=" + bed.first());
        bed.awaitCount("marked", 5);
        awaitLastMark(job, lines);
        bed.restartMom(bed.first());
        awaitInMomsLog(job + ";no active tasks");
        assertThat(bed.state(job)).isEqualTo("R");

        bed.rerun(job);

        bed.awaitRunning(job, 2);
        bed.assertEndsWell(job, "marked");
    }

    @Test
    @Scenario(Situation.CHECKPOINT_DISCARDED_WHILE_HELD)
    void aJobWhoseCheckpointMomDiscardedGoesOnAllTheSame() {
        String job = bed.submit(Counting.into("discarded"), "-l", "ckpt=1", "-l", "host=" + bed.first());
        bed.awaitCount("discarded", 5);
        hold(job);
        bed.restartMom(bed.first());

        bed.asUser("qrls", job);

        bed.assertEndsWell(job, "discarded");
        assertThat(bed.field(job, "run_version"))
                .as("PBS counts that start as the first")
                .isEqualTo("1");
    }

    @Test
    @Scenario(Situation.CHECKPOINT_DISCARDED_WHILE_HELD)
    void aJobWhoseCheckpointMomDiscardedDoesNotBeginAnewWithoutADaemon() {
        String job = bed.submit(Counting.into("held-back"), "-l", "ckpt=1", "-l", "host=" + bed.first());
        bed.awaitCount("held-back", 5);
        hold(job);
        String counted = bed.read("held-back");
        bed.restartMom(bed.first());
        bed.signalDaemon(bed.first(), "KILL");
        try {
            bed.asUser("qrls", job);
            await("its launcher")
                    .atMost(bed.patience())
                    .until(() ->
                            bed.on(bed.first(), "pgrep", "-x", "pbs-launch").status() == 0);
            assertThat(bed.read("held-back")).isEqualTo(counted);
        } finally {
            bed.startDaemon(bed.first());
        }

        bed.assertEndsWell(job, "held-back");
    }

    @Test
    void momMayAskForTheOtherTasksWhenTheJobIsGoneWithTheFirst() {
        String job = bed.submit(Counting.into("gone"), "-l", "ckpt=1", "-l", "host=" + bed.first());
        bed.awaitCount("gone", 5);
        hold(job);

        assertThat(checkpointAndEnd(job, "2")).isZero();
        assertThat(checkpointAndEnd(job, "1")).isEqualTo(1);
        bed.asUser("qrls", job);

        bed.assertEndsWell(job, "gone");
    }

    /** Status of pbs-action for a task whose session is empty. */
    private static int checkpointAndEnd(String job, String task) {
        return bed.on(bed.first(), bed.action(), "checkpoint_abort", job, NO_SESSION, task, "0", "0", "20")
                .status();
    }

    /** All bugs are on, or all but this one. */
    private static void choose(Bug bug, boolean on) {
        bed.bugs(on ? EnumSet.allOf(Bug.class) : EnumSet.complementOf(EnumSet.of(bug)));
    }

    /** A job of ours or not, in state H by qhold. */
    private static void hold(String job) {
        assertThat(bed.asUser("qhold", job).status()).isZero();
        bed.awaitState(job, "H");
    }

    private static String heldNatively(int seconds) {
        bed.configure(bed.first(), naive("checkpoint_abort", "end", 0), naive("restart", "restart", seconds));
        String job = plain("sleep 1000");
        hold(job);
        return job;
    }

    /** A job that ckpt has nothing to do with, which runs. */
    private static String plain(String script, String... options) {
        String job = bed.submitOn(bed.first(), script, options);
        await("its program").atMost(bed.patience()).until(() -> !bed.processes(bed.first())
                .isEmpty());
        return job;
    }

    private static String naive(String event, String verb, int seconds) {
        return "$action " + event + " 20 !" + NAIVE + " " + verb + " %jobid %sid " + seconds;
    }

    /** MoM takes its mark away for as long as it makes the next one: with these lines it makes none. */
    private static void awaitLastMark(String job, String... lines) {
        awaitMark(job);
        bed.configure(bed.first(), lines);
        awaitMark(job);
    }

    private static void awaitMark(String job) {
        String mark = bed.pbsHome("checkpoint/" + job + ".CK/00000001");
        await("MoM's mark")
                .atMost(bed.patience())
                .until(() -> bed.on(bed.first(), "test", "-e", mark).status() == 0);
    }

    private static void awaitInMomsLog(String words) {
        await(words).atMost(bed.patience()).until(() -> bed.momSaid(bed.first(), words));
    }
}
