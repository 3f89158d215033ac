package io.ckpt.kernel;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What programs are promised changes from one to the next, and not within one: 6.12 of {@code 6.12.9+deb13-amd64}. */
public record KernelSeries(int major, int minor) {
    private static final Pattern RELEASE = Pattern.compile("(\\d{1,9})\\.(\\d{1,9}).*");

    /** A text that is no release counts as the oldest of all. */
    public static KernelSeries of(String release) {
        Matcher matcher = RELEASE.matcher(release);
        return matcher.matches()
                ? new KernelSeries(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)))
                : new KernelSeries(0, 0);
    }

    public boolean isBefore(KernelSeries other) {
        return major < other.major || major == other.major && minor < other.minor;
    }
}
