package io.ckpt.procfs;

import io.ckpt.kernel.Resource;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code /proc/PID/limits}: the limits of a process, at the index of their RLIMIT_* number.
 */
public record ProcLimits(List<Limit> limits) {
    /** What stands for "unlimited": RLIM_INFINITY. */
    public static final long UNLIMITED = -1;

    private static final String FILE = "/proc/PID/limits";
    private static final Pattern LINE = Pattern.compile("(Max .+?) {2,}(\\S+) +(\\S+) +\\w* *");

    /** Soft and hard limit, unsigned, in the unit of getrlimit(2). */
    public record Limit(Resource resource, long soft, long hard) {}

    public static ProcLimits parse(String text) {
        Limit[] limits = new Limit[Resource.values().length];
        KernelText.lines(text).stream()
                .skip(1)
                .map(ProcLimits::limit)
                .forEach(limit -> limits[limit.resource.number()] = limit);
        if (Arrays.asList(limits).contains(null)) {
            throw KernelText.misread(FILE, text);
        }
        return new ProcLimits(List.of(limits));
    }

    public Limit of(Resource resource) {
        return limits.get(resource.number());
    }

    private static Limit limit(String line) {
        Matcher match = LINE.matcher(line);
        if (!match.matches()) {
            throw KernelText.misread(FILE, line);
        }
        Resource resource = Arrays.stream(Resource.values())
                .filter(candidate -> candidate.title().equals(match.group(1)))
                .findFirst()
                .orElseThrow(() -> KernelText.misread(FILE, line));
        return new Limit(resource, value(match.group(2)), value(match.group(3)));
    }

    private static long value(String text) {
        return text.equals("unlimited") ? UNLIMITED : KernelText.unsigned(FILE, text);
    }
}
