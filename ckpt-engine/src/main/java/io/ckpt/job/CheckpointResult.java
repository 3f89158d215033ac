package io.ckpt.job;

import java.time.Duration;
import java.util.List;

/**
 * A checkpoint that was taken.
 *
 * @param total from the order to the durable checkpoint
 * @param warnings what the caller should know although it worked; full clauses
 */
public record CheckpointResult(StoredCheckpoint checkpoint, Duration total, List<String> warnings) {}
