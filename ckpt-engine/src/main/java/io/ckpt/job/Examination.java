package io.ckpt.job;

import java.time.Duration;
import java.util.List;

/**
 * What a checkpoint of a job would meet now.
 *
 * @param findings what would be refused, as failures, and what is worth telling, as warnings
 * @param frozen how long the job stood still for this
 */
public record Examination(List<Finding> findings, int processes, int threads, Duration frozen) {}
