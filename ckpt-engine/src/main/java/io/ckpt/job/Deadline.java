package io.ckpt.job;

import java.time.Duration;

/**
 * By when a checkpoint is to be durable.
 *
 * @param patience time from the order on
 * @param firm whether what cannot be in time is given up, TOO_LATE; else it is tried all the same, for nothing is lost
 */
public record Deadline(Duration patience, boolean firm) {}
