package io.ckpt.job;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What the site decides for protected jobs.
 *
 * @param interval time between two periodic checkpoints of a job that asks for none; empty for no periodic ones
 * @param keep checkpoints kept of a job that does not say
 * @param busyDirectory where a file with the name of the job lies while a checkpoint of it is under way
 */
public record JobSettings(Optional<Duration> interval, int keep, Path busyDirectory) {}
