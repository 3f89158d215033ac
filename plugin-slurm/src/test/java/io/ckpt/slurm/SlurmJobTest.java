package io.ckpt.slurm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ckpt.scheduler.JobRecord;
import io.ckpt.scheduler.JobRecord.State;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SlurmJobTest {
    @Test
    void aPreemptedJobRunsUntilItsGraceEnds() {
        assertThat(SlurmFixture.job("job-preempted"))
                .isEqualTo(new JobRecord(
                        "1",
                        6001,
                        State.RUNNING,
                        0,
                        Optional.of(Instant.parse("2026-11-22T17:54:30Z")),
                        Optional.of(Instant.parse("2026-11-22T17:54:45Z")),
                        "n1",
                        true,
                        ""));
    }

    @Test
    void aRequeuedJobWaitsOnNoNode() {
        JobRecord job = SlurmFixture.job("job-requeued");

        assertThat(job.state()).isEqualTo(State.PENDING);
        assertThat(job.restarts()).isEqualTo(1);
        assertThat(job.nodes()).isEmpty();
        assertThat(job.end()).isEmpty();
        assertThat(job.reason()).isEqualTo("BeginTime");
    }

    @Test
    void theNameOfAJobCannotPlayAField() {
        assertThat(SlurmFixture.job("job-requeued").preempted()).isEmpty();
    }

    @Test
    void stateMayCarryFlags() {
        String text = SlurmFixture.text("job-running").replace("JobState=RUNNING", "JobState=COMPLETING+RUNNING");

        assertThat(SlurmJob.parse(text, ZoneOffset.UTC).state()).isEqualTo(State.COMPLETING);
    }

    @Test
    void timesMayBeSecondsSinceTheEpoch() {
        String text =
                SlurmFixture.text("job-preempted").replace("PreemptTime=2026-11-22T17:54:30", "PreemptTime=1795370070");

        assertThat(SlurmJob.parse(text, ZoneOffset.ofHours(7)).preempted())
                .contains(Instant.parse("2026-11-22T17:54:30Z"));
    }

    @Test
    void aRecordWithoutStateIsMisread() {
        assertThatThrownBy(() -> SlurmJob.parse("JobId=1 JobName=x\n   UserId=a(1)", ZoneOffset.UTC))
                .hasMessage("the output of scontrol has no JobState");
    }
}
