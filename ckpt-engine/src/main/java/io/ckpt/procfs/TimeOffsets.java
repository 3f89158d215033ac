package io.ckpt.procfs;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code /proc/PID/timens_offsets}: what the time namespace of a process adds to the clocks of the machine, in
 * nanoseconds; see time_namespaces(7).
 */
public record TimeOffsets(long monotonic, long boottime) {
    private static final String FILE = "/proc/PID/timens_offsets";
    private static final Pattern LINES = Pattern.compile("monotonic +(-?\\d+) +(\\d+)\\nboottime +(-?\\d+) +(\\d+)\\n");
    private static final long NANOS = 1_000_000_000L;

    public static TimeOffsets parse(String text) {
        Matcher lines = LINES.matcher(text);
        if (!lines.matches()) {
            throw KernelText.misread(FILE, text);
        }
        return new TimeOffsets(nanos(lines.group(1), lines.group(2)), nanos(lines.group(3), lines.group(4)));
    }

    private static long nanos(String seconds, String nanos) {
        return KernelText.decimal(FILE, seconds) * NANOS + KernelText.decimal(FILE, nanos);
    }
}
