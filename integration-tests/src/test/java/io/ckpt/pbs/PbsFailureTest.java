package io.ckpt.pbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bad luck: daemons that die, hang or are not there, images that are damaged, hosts that are cut off. */
@NeedsBed
@Timeout(value = 90, unit = TimeUnit.SECONDS)
class PbsFailureTest {
    private static final String TERMINATE =
            "$action terminate %d !/srv/ckpt/libexec/ckpt/pbs-action terminate %%jobid %%sid %%taskid %%uid %%gid %d\n";
    private static final String BRIDGE =
            "$action checkpoint_abort 20 !/srv/ckpt/libexec/ckpt/pbs-action checkpoint_abort"
                    + " %jobid %sid %taskid %uid %gid\n"
                    + "$action restart 20 !/srv/ckpt/libexec/ckpt/pbs-action restart %jobid %sid %taskid %uid %gid\n";

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
    void clearHosts() throws IOException {
        for (String host : new String[] {"n1", "n2"}) {
            Files.copy(
                    Bed.INSTALL.resolve("lib/ckpt/pbs/settings.json"),
                    bed.hostFile(host, "spool/mom_priv/hooks/ckpt_exec.CF"),
                    StandardCopyOption.REPLACE_EXISTING);
            bed.root("pbsnodes", "-r", host);
            configure(host, TERMINATE.formatted(20, 20));
        }
    }

    @Test
    void aJobOutlivesItsMomThatIsStartedWithP() {
        String job = bed.submit(Counting.into("survivor"), "-l", "ckpt=1", "-l", "host=n1");
        bed.awaitCount("survivor", 5);

        restartMom("n1", "-p");

        bed.root("qrerun", job);
        bed.awaitRunning(job, 2);
        bed.assertEndsWell(job, "survivor");
    }

    @Test
    void aJobThatWasKilledWithItsMomGoesOnFromItsLastCheckpoint() {
        String job = bed.submit(Counting.into("mom"), "-l", "ckpt=1", "-l", "host=n1");
        bed.awaitCount("mom", 5);
        bed.checkpoint(job);

        restartMom("n1");

        bed.awaitRunning(job, 2);
        bed.assertEndsWell(job, "mom");
    }

    @Test
    void theOlderOfTwoIncarnationsIsEnded() {
        String job = bed.submit(Counting.into("cut-off"), "-l", "ckpt=1", "-l", "host=n2");
        bed.awaitCount("cut-off", 5);
        bed.checkpoint(job);
        bed.root("qalter", "-W", "host=any", job);

        bed.root("cut_off", "n2");

        try {
            bed.awaitRunning(job, 2);
            assertThat(bed.host(job)).isEqualTo("n1");
            await("the first incarnation")
                    .atMost(Bed.PATIENCE)
                    .until(() -> bed.on("n2", "pgrep", "-u", "alice").text().isEmpty());
            bed.assertEndsWell(job, "cut-off");
        } finally {
            bed.root("cut_off", "--heal", "n2");
        }
    }

    @Test
    void anActionThatRunsOutOfTimeLeavesTheLastCheckpoint() throws IOException {
        configure("n1", TERMINATE.formatted(2, 100));
        String job = bed.submit(Counting.into("timeout"), "-l", "ckpt=1", "-l", "host=n1");
        bed.awaitCount("timeout", 5);
        bed.checkpoint(job);
        signalDaemon("n1", "STOP");

        try {
            bed.root("qrerun", job);
        } finally {
            signalDaemon("n1", "CONT");
        }

        bed.awaitRunning(job, 2);
        bed.assertEndsWell(job, "timeout");
    }

    @Test
    void aDaemonThatDiesInTheMiddleOfATerminationLosesNothing() {
        String job = bed.submit(Counting.into("engine"), "-l", "ckpt=1", "-l", "host=n1");
        bed.awaitCount("engine", 5);
        bed.checkpoint(job);
        signalDaemon("n1", "STOP");
        Thread rerun = new Thread(() -> bed.root("qrerun", job));
        rerun.start();
        await().atMost(Bed.PATIENCE)
                .until(() -> !bed.on("n1", "pgrep", "-x", "pbs-action").text().isEmpty());

        restartDaemon("n1");

        bed.awaitRunning(job, 2);
        bed.assertEndsWell(job, "engine");
    }

    @Test
    void withoutADaemonAJobThatRanBeforeIsGivenBackAndGoesOnElsewhere() {
        String job = bed.submit(Counting.into("given-back"), "-l", "ckpt=1", "-l", "host=n1");
        bed.awaitCount("given-back", 5);
        bed.checkpoint(job);
        bed.root("qalter", "-W", "host=any", job);
        bed.root("pbsnodes", "-o", "n1");
        bed.demand("kill", "n2", "ckptd");

        try {
            bed.root("qrerun", job);
            bed.awaitRunning(job, 2);
            assertThat(bed.host(job)).isEqualTo("n2");
            bed.root("pbsnodes", "-r", "n1");
            bed.root("pbsnodes", "-o", "n2");
        } finally {
            bed.demand("start", "n2", "ckptd");
        }

        bed.assertEndsWell(job, "given-back");
    }

    @Test
    void whereTheHookFailsAJobRunsAsWithoutIt() throws IOException {
        configure("n1", "");
        Files.writeString(bed.hostFile("n1", "spool/mom_priv/hooks/ckpt_exec.CF"), "{ this is no JSON");

        String job = bed.submit("exit 4", "-l", "ckpt=1", "-l", "host=n1");

        assertThat(bed.awaitEnd(job)).isEqualTo(4);
    }

    @Test
    void whereTheHookFailsAJobThatRanBeforeIsHeld() throws IOException {
        String job = bed.submit(Counting.into("hook"), "-l", "ckpt=1", "-l", "host=n1");
        bed.awaitCount("hook", 5);
        configure("n2", "");
        bed.root("qalter", "-W", "host=any", job);
        bed.root("pbsnodes", "-o", "n1");

        bed.root("qrerun", job);

        bed.awaitState(job, "H");
        assertThat(bed.field(job, "Hold_Types")).isEqualTo("s");
        configure("n2", TERMINATE.formatted(20, 20));
        bed.root("qrls", job);
        bed.assertEndsWell(job, "hook");
    }

    @Test
    void withoutADaemonANewJobRunsUnprotectedAndSaysSo() {
        bed.demand("kill", "n1", "ckptd");
        try {
            String job = bed.submit("exit 3", "-l", "ckpt=1", "-l", "host=n1");

            assertThat(bed.awaitEnd(job)).isEqualTo(3);
            assertThat(bed.output(job, ".ER")).contains("runs unprotected");
        } finally {
            bed.demand("start", "n1", "ckptd");
        }
    }

    @Test
    void aJobWithoutACheckpointThatBeginsAnewSaysSo() {
        String job = bed.submit("echo begun >>anew; sleep 1; exit 6", "-l", "ckpt=1", "-l", "host=n1");
        await().atMost(Bed.PATIENCE).until(() -> !bed.read("anew").isEmpty());

        restartMom("n1");

        assertThat(bed.awaitEnd(job)).isEqualTo(6);
        assertThat(bed.read("anew")).isEqualTo("begun\nbegun\n");
        assertThat(bed.output(job, ".ER")).contains("BEGINS AFRESH");
    }

    @Test
    void aDamagedImageIsPassedOverForTheOneBefore() throws IOException {
        String job = bed.submit(Counting.into("damaged"), "-l", "ckpt=1", "-v", "CKPT_KEEP=3", "-l", "host=n1");
        bed.awaitCount("damaged", 5);
        bed.checkpoint(job);
        bed.awaitCount("damaged", 10);
        bed.root("qrerun", job);
        bed.awaitRunning(job, 2);
        bed.awaitCount("damaged", 15);
        bed.root("pbsnodes", "-o", "n1");
        bed.root("qrerun", job);
        bed.awaitState(job, "Q");
        spoil(newestImage(job));

        bed.root("pbsnodes", "-r", "n1");

        await("the job's comment").atMost(Bed.PATIENCE).until(() -> bed.field(job, "comment")
                .contains("ckpt: checkpoint " + job));
        bed.assertEndsWell(job, "damaged");
    }

    @Test
    void aHeldJobIsStartedAnywhereByTheBridge() throws IOException {
        configure("n1", TERMINATE.formatted(20, 20) + BRIDGE);
        String job = bed.submit(Counting.into("held"), "-l", "ckpt=1", "-l", "host=n1");
        bed.awaitCount("held", 5);
        bed.root("qalter", "-W", "host=any", job);

        assertThat(bed.as("alice", "qhold", job).status()).isZero();

        bed.awaitState(job, "H");
        assertThat(bed.on("n1", "pgrep", "-u", "alice").text()).isEmpty();
        bed.as("alice", "qrls", job);
        bed.assertEndsWell(job, "held");
    }

    private static void configure(String host, String text) throws IOException {
        Files.writeString(bed.hostFile(host, "spool/mom_priv/config"), text);
    }

    private static void restartMom(String host, String... options) {
        bed.demand("kill", host, "mom");
        bed.demand(Stream.concat(Stream.of("start", host, "mom", host), Stream.of(options))
                .toArray(String[]::new));
    }

    private static void signalDaemon(String host, String signal) {
        bed.on(host, "sh", "-c", "kill -" + signal + " $(cat /run/ckptd.pid)");
    }

    private static void restartDaemon(String host) {
        bed.demand("kill", host, "ckptd");
        bed.demand("start", host, "ckptd");
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
