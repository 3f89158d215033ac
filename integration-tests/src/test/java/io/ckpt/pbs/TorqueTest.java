package io.ckpt.pbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What TORQUE calls, against a stand-in of how it calls it: nothing of TORQUE itself runs here. */
@NeedsBed
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class TorqueTest {
    private static Bed bed;

    @BeforeAll
    static void up() {
        bed = Bed.up();
        assumeThat(bed.torque()).as("only the stand-in").isNotEmpty();
        String serve = "setsid $0 serve $1 </dev/null >/run/torque.log 2>&1 &";
        bed.on(bed.first(), "sh", "-c", serve, bed.torque(), bed.prefix());
        await("the stand-in")
                .atMost(bed.patience())
                .until(() ->
                        bed.on(bed.first(), "test", "-S", "/run/torque.sock").status() == 0);
    }

    @AfterAll
    static void down() {
        if (bed != null) {
            bed.close();
        }
    }

    @Test
    void aHeldJobGoesOnWhereItWasHoweverOften() throws IOException {
        String job = submit(counting("held"), "CKPT=1");
        for (int hold = 1; hold <= 2; hold++) {
            bed.awaitCount("held", 10 * hold);

            assertThat(torque("qhold", job).status())
                    .as(() -> torque("comment", job).text())
                    .isZero();

            assertThat(bed.processes(bed.first())).isEmpty();
            assertThat(torque("qrls", job).status()).isZero();
        }
        bed.awaitCount("held", 30);
        bed.asUser("touch", bed.work().resolve("held.stop").toString());

        assertThat(awaitStatus(job)).isEqualTo("7");
        int last = (int) bed.read("held").lines().count();
        assertThat(bed.read("held").lines())
                .containsExactlyElementsOf(IntStream.rangeClosed(1, last)
                        .mapToObj(Integer::toString)
                        .toList());
        assertThat(torque("output", job, ".OU").text().lines()).hasSize(last);
        assertThat(torque("output", job, ".ER").text()).isEqualTo("ckpt: job " + job + " begins from the beginning\n");
    }

    @Test
    void aCheckpointByTheWayLeavesTheJobRunning() throws IOException {
        String job = submit(counting("periodic"), "CKPT=yes");
        bed.awaitCount("periodic", 5);

        assertThat(torque("qchkpt", job).status()).isZero();

        assertThat(torque("comment", job).text()).isEmpty();
        bed.awaitCount("periodic", (int) bed.read("periodic").lines().count() + 5);
        bed.asUser("touch", bed.work().resolve("periodic.stop").toString());
        assertThat(awaitStatus(job)).isEqualTo("7");
    }

    @Test
    void aJobThatDidNotAskRunsOnAndItsCommentSaysHow() throws IOException {
        String job = submit(counting("unasked"));
        bed.awaitCount("unasked", 5);

        assertThat(torque("qhold", job).status()).isNotZero();

        assertThat(torque("comment", job).text()).contains("job " + job).contains("-v CKPT=1");
        bed.awaitCount("unasked", (int) bed.read("unasked").lines().count() + 5);
        bed.asUser("touch", bed.work().resolve("unasked.stop").toString());
        assertThat(awaitStatus(job)).isEqualTo("7");
        assertThat(torque("output", job, ".ER").text()).isEmpty();
    }

    @Test
    void aJobWhoseCheckpointsAreLostIsNotBegunAnew() throws IOException {
        String job = submit(counting("lost"), "CKPT=1");
        bed.awaitCount("lost", 5);
        torque("qhold", job);
        bed.on(bed.first(), "sh", "-c", "rm -r /srv/images/\"$0\"", job);
        String counted = bed.read("lost");

        torque("qrls", job);

        assertThat(awaitStatus(job)).isEqualTo("75");
        assertThat(bed.read("lost")).isEqualTo(counted);
        assertThat(torque("output", job, ".ER").text()).contains("the job is not started");
    }

    private static String counting(String file) {
        return "exec 3>\"$WORK/" + file + "\"; i=0; until [ -e \"$WORK/" + file
                + ".stop\" ]; do i=$((i + 1)); echo $i >&3; echo line $i; sleep 0.05; done; exit 7";
    }

    private static String submit(String script, String... variables) throws IOException {
        Path file = Files.createTempFile(bed.work(), "torque", ".sh");
        Files.writeString(file, script.replace("$WORK", bed.work().toString()) + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
        String[] words = new String[3 + variables.length];
        words[0] = "qsub";
        words[1] = bed.user();
        words[2] = file.toString();
        System.arraycopy(variables, 0, words, 3, variables.length);
        return torque(words).text();
    }

    private static String awaitStatus(String job) {
        await("end of " + job)
                .atMost(bed.patience())
                .until(() -> !torque("status", job).text().isEmpty());
        return torque("status", job).text();
    }

    private static Answer torque(String... words) {
        String[] command = new String[words.length + 1];
        command[0] = bed.torque();
        System.arraycopy(words, 0, command, 1, words.length);
        return bed.on(bed.first(), command);
    }
}
