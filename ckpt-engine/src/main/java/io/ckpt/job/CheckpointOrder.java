package io.ckpt.job;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is to be checkpointed, and how.
 *
 * @param target job or process tree
 * @param expectedOwner uid that every process of the target must carry (real, effective, saved) once it is held still,
 *     else NOT_FOUND; empty when an administrator asks, who may have anyone's. It closes the gap between the look at
 *     the target and the freeze
 * @param vacate end the job when the checkpoint is durable, before it runs another instruction
 * @param store directory asked for instead of the configured store
 * @param deadline by when the checkpoint is to be durable
 * @param strategy how memory is to be captured
 * @param level how it is to be packed, see {@link io.ckpt.image.Compression}; empty: as fits
 * @param limits what it may take of the node while the job runs
 * @param embedFiles programs and libraries go with the job
 */
public record CheckpointOrder(
        Target target,
        OptionalInt expectedOwner,
        boolean vacate,
        Optional<Path> store,
        Optional<Deadline> deadline,
        Strategy strategy,
        OptionalInt level,
        Limits limits,
        boolean embedFiles) {}
