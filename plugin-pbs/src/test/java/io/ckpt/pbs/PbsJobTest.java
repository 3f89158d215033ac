package io.ckpt.pbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ckpt.fault.Fault;
import io.ckpt.scheduler.JobRecord;
import io.ckpt.scheduler.JobRecord.State;
import io.ckpt.scheduler.NodeHealth;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PbsJobTest {
    private static final String JOB =
            "{\"timestamp\": 1795362419, \"pbs_version\": \"23.06.06\", \"Jobs\": {\"12[3].n1\": {"
                    + "\"Job_Name\": \"a b\", \"job_state\": \"%s\", \"exec_host\": \"n1/0\", \"run_count\": 3, \"run_version\": %s,"
                    + " \"Rerunable\": \"True\", \"comment\": \"Job run\", \"Resource_List\": {\"ncpus\": 1}}}}";

    @ParameterizedTest
    @CsvSource({
        "R, 1, RUNNING, 0",
        "R, 4, RUNNING, 3",
        "E, 4, COMPLETING, 3",
        "Q, 4, PENDING, 4",
        "H, 4, PENDING, 4",
        "Q, 0, PENDING, 0",
        "F, 4, OTHER, 3",
    })
    void aWaitingJobIsInTheGenerationItWillStartWith(String letter, String version, State state, int generation) {
        JobRecord job = PbsJob.parse(JOB.formatted(letter, version), "12[3].n1");

        assertThat(job.state()).isEqualTo(state);
        assertThat(job.restarts()).isEqualTo(generation);
    }

    @Test
    void knowsWhenAJobWasSubmitted() {
        String job = "{\"Jobs\": {\"1.n1\": {\"ctime\": \"Fri Nov 11 17:57:05 2016\"}}}";
        Instant submitted = LocalDateTime.of(2016, 11, 11, 17, 57, 5)
                .atZone(ZoneId.systemDefault())
                .toInstant();

        assertThat(PbsJob.submitted(job, "1.n1")).isBeforeOrEqualTo(submitted).isAfter(submitted.minusSeconds(3601));
    }

    @Test
    void readsNumbersThatArePrintedAsText() {
        assertThat(PbsJob.parse(JOB.formatted("R", "\"2\""), "12[3].n1").restarts())
                .isEqualTo(1);
    }

    @Test
    void whatIsNotInTheAnswerIsNotKnown() {
        assertThatThrownBy(() -> PbsJob.parse(JOB.formatted("R", "1"), "13.n1"))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("13.n1");
    }

    @Test
    void whatIsNoJsonIsToldAsSuch() {
        assertThatThrownBy(() -> PbsJob.parse("qstat: cannot connect", "1.n1"))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("Jobs");
    }

    @ParameterizedTest
    @CsvSource({"free, RESPONDING", "job-busy, RESPONDING", "'down,offline', DOWN", "down, DOWN", "offline, RESPONDING"
    })
    void aNodeThatIsDownIsDown(String states, NodeHealth health) {
        String text = "{\"nodes\": {\"n1\": {\"Mom\": \"n1\", \"state\": \"" + states + "\"}}}";

        assertThat(PbsNode.parse(text, "n1")).isEqualTo(health);
    }
}
