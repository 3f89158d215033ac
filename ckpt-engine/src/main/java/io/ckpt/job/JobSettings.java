package io.ckpt.job;

import io.ckpt.scheduler.Interval;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What the site decides for protected jobs.
 *
 * @param interval of a job that asks for none; empty for no periodic checkpoints
 * @param pacing how the interval is chosen where that is left to the site
 * @param keep checkpoints kept of a job that does not say
 * @param grace how long a preempted job is left to be checkpointed where its scheduler does not say; empty when not known
 * @param busyDirectory where a file with the name of the job lies while a checkpoint of it is under way
 */
public record JobSettings(
        Optional<Interval> interval, Pacing pacing, int keep, Optional<Duration> grace, Path busyDirectory) {}
