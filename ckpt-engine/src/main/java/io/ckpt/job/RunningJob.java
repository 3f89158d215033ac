package io.ckpt.job;

/** A restarted job that runs: what its caller in the foreground holds. Dropping it leaves the job running. */
public interface RunningJob {
    /** First process of the job, as this node's root pid namespace numbers it. */
    int rootPid();

    /** Sends a signal to the first process, and nothing when it has ended. */
    void signal(int number);

    /**
     * Waits for the end of the job.
     *
     * @return its exit status as a shell gives it: 128 + n for signal n, 85 when it was checkpointed and left
     */
    int await() throws InterruptedException;
}
