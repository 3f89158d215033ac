package io.ckpt.daemon;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Time as Slurm writes it: {@code minutes}, {@code minutes:seconds}, {@code hours:minutes:seconds}, {@code days-…}. */
final class SchedulerTime {
    private static final Pattern PLAIN = Pattern.compile("(?:(\\d+):)??(\\d+)(?::(\\d+))?");
    private static final Pattern WITH_DAYS = Pattern.compile("(\\d+)-(\\d+)(?::(\\d+))?(?::(\\d+))?");

    private SchedulerTime() {}

    static Duration parse(String text) {
        Matcher days = WITH_DAYS.matcher(text);
        if (days.matches()) {
            return Duration.ofDays(number(days, 1))
                    .plusHours(number(days, 2))
                    .plusMinutes(number(days, 3))
                    .plusSeconds(number(days, 4));
        }
        Matcher plain = PLAIN.matcher(text);
        if (!plain.matches()) {
            throw new IllegalArgumentException("not a time: write minutes, [hours:]minutes:seconds or days-hours");
        }
        return Duration.ofHours(number(plain, 1)).plusMinutes(number(plain, 2)).plusSeconds(number(plain, 3));
    }

    private static long number(Matcher matcher, int group) {
        return matcher.group(group) == null ? 0 : Long.parseLong(matcher.group(group));
    }
}
