package io.ckpt.job;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Which checkpoints a list shows.
 *
 * @param store directory to look in instead of the configured store
 * @param job only checkpoints of this job
 */
public record StoreQuery(Optional<Path> store, Optional<String> job) {}
