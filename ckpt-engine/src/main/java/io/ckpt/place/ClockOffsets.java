package io.ckpt.place;

/**
 * What a job's time namespace adds to the clocks of the node (time_namespaces(7)).
 *
 * @param monotonic nanoseconds added to CLOCK_MONOTONIC
 * @param boottime nanoseconds added to CLOCK_BOOTTIME
 */
public record ClockOffsets(long monotonic, long boottime) {
    public static final ClockOffsets NONE = new ClockOffsets(0, 0);
}
