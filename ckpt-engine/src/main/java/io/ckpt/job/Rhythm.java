package io.ckpt.job;

import java.time.Duration;

/**
 * How often a job is checkpointed, and why.
 *
 * @param reason empty when somebody asked for just that
 */
public record Rhythm(Duration interval, String reason) {}
