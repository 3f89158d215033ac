package io.ckpt.job;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What the site decides for protected jobs.
 *
 * @param interval time between two periodic checkpoints of a job that asks for none; empty for no periodic ones
 * @param keep checkpoints kept of a job that does not say
 * @param grace how long a preempted job is left to be checkpointed where its scheduler does not say; empty when not known
 * @param busyDirectory where a file with the name of the job lies while a checkpoint of it is under way
 */
public record JobSettings(Optional<Duration> interval, int keep, Optional<Duration> grace, Path busyDirectory) {}
