package io.ckpt.job;

/**
 * A process for ever: its pid as this process sees it, and when it started.
 *
 * @param startTime clock ticks after boot, from {@code /proc/PID/stat}
 */
public record ProcessName(int pid, long startTime) {}
