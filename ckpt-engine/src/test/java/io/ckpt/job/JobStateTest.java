package io.ckpt.job;

import static io.ckpt.job.JobState.CHECKPOINTING;
import static io.ckpt.job.JobState.ENDED;
import static io.ckpt.job.JobState.RESTARTING;
import static io.ckpt.job.JobState.RUNNING;
import static io.ckpt.job.JobState.STARTING;
import static io.ckpt.job.JobState.VACATED;
import static io.ckpt.job.JobState.VACATING;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class JobStateTest {
    private static final Map<JobState, Set<JobState>> LEGAL = Map.of(
            STARTING, Set.of(RESTARTING, RUNNING, ENDED),
            RESTARTING, Set.of(RUNNING, ENDED),
            RUNNING, Set.of(CHECKPOINTING, VACATING, ENDED),
            CHECKPOINTING, Set.of(RUNNING, ENDED),
            VACATING, Set.of(RUNNING, VACATED, ENDED),
            VACATED, Set.of(),
            ENDED, Set.of());

    static Stream<Arguments> everyStep() {
        return Arrays.stream(JobState.values())
                .flatMap(from -> Arrays.stream(JobState.values()).map(to -> Arguments.of(from, to)));
    }

    @ParameterizedTest
    @MethodSource("everyStep")
    void onlyTheLegalStepsAreTaken(JobState from, JobState to) {
        ProtectedJob job = new ProtectedJob(ProtectedJobsTest.facts("7", 0, 100), from);

        boolean taken = job.tryBecome(to);

        assertThat(taken).isEqualTo(LEGAL.get(from).contains(to));
        assertThat(job.state()).isEqualTo(taken ? to : from);
    }
}
