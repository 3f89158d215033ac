package io.ckpt.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.ckpt.scheduler.Interval;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobJournalTest {
    private static final JobFacts JOB = new JobFacts(
            "123_7",
            3,
            6001,
            6002,
            Optional.of(Interval.every(Duration.ofMinutes(30))),
            4,
            Optional.of(Path.of("/scratch/größe = x")),
            new ProcessName(4711, 123456789L),
            true,
            Instant.parse("2026-01-01T00:00:00Z"),
            Instant.parse("2026-01-02T00:00:00.123456Z"));

    @TempDir
    Path directory;

    @Test
    void aJobIsReadAsItWasWritten() {
        JobJournal.open(directory).write(JOB);

        assertThat(JobJournal.open(directory).read()).containsExactly(JOB);
    }

    @Test
    void aJobIsForgottenWhenRemoved() {
        JobJournal journal = JobJournal.open(directory);
        journal.write(JOB);
        journal.remove(JOB.id());

        assertThat(journal.read()).isEmpty();
    }

    @Test
    void whatWasHalfWrittenIsSwept() throws Exception {
        Files.writeString(directory.resolve(".8.job.new"), "id=8");

        assertThat(JobJournal.open(directory).read()).isEmpty();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void anEntryThatCannotBeReadIsRemoved() throws Exception {
        Files.writeString(directory.resolve("8.job"), "id=8\ngeneration=many\n");

        assertThat(JobJournal.open(directory).read()).isEmpty();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void nobodyElseReadsTheJournal() throws Exception {
        JobJournal.open(directory.resolve("new"));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("new"))))
                .isEqualTo("rwx------");
    }
}
