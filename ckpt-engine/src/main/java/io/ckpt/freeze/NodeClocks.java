package io.ckpt.freeze;

import io.ckpt.procfs.TimeOffsets;

/**
 * The clocks of the machine at one moment, in nanoseconds, without what any time namespace adds.
 *
 * @param boottime read from {@code /proc/uptime}, which counts in hundredths of a second; never ahead of the clock
 */
public record NodeClocks(long monotonic, long boottime) {
    /** What boottime may lag behind the clock. */
    public static final long BOOTTIME_GRAIN = 10_000_000L;

    public static NodeClocks now() {
        TimeOffsets own = TimeOffsets.parse(NodeText.read("/proc/self/timens_offsets"));
        String uptime = NodeText.read("/proc/uptime");
        long hundredths =
                Long.parseLong(uptime.substring(0, uptime.indexOf(' ')).replace(".", ""));
        return new NodeClocks(System.nanoTime() - own.monotonic(), hundredths * BOOTTIME_GRAIN - own.boottime());
    }
}
