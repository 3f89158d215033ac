package io.ckpt.job;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A job that was restarted.
 *
 * @param job the running job; empty after a dry run
 * @param total from the order to the first instruction of the job
 * @param loadedBytes memory brought in from the image
 * @param warnings what the caller should know although it worked; full clauses
 */
public record RestartResult(
        StoredCheckpoint checkpoint,
        Optional<RunningJob> job,
        Duration total,
        long loadedBytes,
        List<String> warnings) {}
