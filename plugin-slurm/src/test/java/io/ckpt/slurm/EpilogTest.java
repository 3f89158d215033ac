package io.ckpt.slurm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class EpilogTest {
    @TempDir
    Path busy;

    @Test
    void endsAtOnceWithoutACheckpoint() throws Exception {
        assertThat(epilog(60).waitFor()).isZero();
    }

    @Test
    void waitsUntilTheCheckpointIsDurable() throws Exception {
        Path mark = mark(ProcessHandle.current().pid());
        Process epilog = epilog(60);
        assertThat(epilog.waitFor(500, TimeUnit.MILLISECONDS))
                .as("ended while busy")
                .isFalse();

        Files.delete(mark);

        assertThat(epilog.waitFor()).isZero();
    }

    @Test
    void doesNotWaitForADaemonThatWasKilled() throws Exception {
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        mark(gone.pid());

        assertThat(epilog(60).waitFor()).isZero();
    }

    @Test
    void waitsNoLongerThanItMay() throws Exception {
        mark(ProcessHandle.current().pid());
        long begin = System.nanoTime();

        assertThat(epilog(1).waitFor()).isZero();

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }

    private Path mark(long pid) throws IOException {
        return Files.writeString(busy.resolve("7"), Long.toString(pid));
    }

    private Process epilog(int seconds) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("libexec/slurm-epilog");
        builder.environment().put("SLURM_JOB_ID", "7");
        builder.environment().put("CKPT_BUSY", busy.toString());
        builder.environment().put("CKPT_EPILOG_WAIT", Integer.toString(seconds));
        return builder.start();
    }
}
