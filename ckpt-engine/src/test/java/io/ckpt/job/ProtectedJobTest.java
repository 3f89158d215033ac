package io.ckpt.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class ProtectedJobTest {
    private final ProtectedJob job = new ProtectedJob(ProtectedJobsTest.facts("7", 0, 100), JobState.RESTARTING);

    @Test
    void whoWantsSomethingOfAJobThatIsRebuiltWaitsForIt() throws InterruptedException, ExecutionException {
        FutureTask<JobState> settled = new FutureTask<>(() -> job.awaitSettled(Duration.ofMinutes(1)));
        Thread asking = new Thread(settled);
        asking.start();
        while (asking.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }

        job.become(JobState.RUNNING);

        assertThat(settled.get()).isEqualTo(JobState.RUNNING);
    }

    @Test
    void doesNotWaitForEver() throws InterruptedException {
        assertThat(job.awaitSettled(Duration.ZERO)).isEqualTo(JobState.RESTARTING);
    }
}
