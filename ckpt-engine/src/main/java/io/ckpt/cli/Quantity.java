package io.ckpt.cli;

import com.google.protobuf.Timestamp;
import io.ckpt.v1.PhaseProgress;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Sizes, durations and times as people read them. */
final class Quantity {
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());

    private Quantity() {}

    static String bytes(long bytes) {
        int unit = 0;
        double value = bytes;
        while (value >= 1024 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, UNITS[unit]);
    }

    static String duration(com.google.protobuf.Duration duration) {
        return duration(Duration.ofSeconds(duration.getSeconds(), duration.getNanos()));
    }

    static String duration(Duration duration) {
        double millis = duration.getSeconds() * 1e3 + duration.getNano() / 1e6;
        if (millis < 10) {
            return String.format(Locale.ROOT, "%.1f ms", millis);
        }
        if (millis < 1000) {
            return String.format(Locale.ROOT, "%.0f ms", millis);
        }
        if (millis < 120_000) {
            return String.format(Locale.ROOT, "%.1f s", millis / 1000);
        }
        return String.format("%d:%02d:%02d", duration.toHours(), duration.toMinutesPart(), duration.toSecondsPart());
    }

    static String time(Timestamp timestamp) {
        return TIME.format(instant(timestamp));
    }

    static Instant instant(Timestamp timestamp) {
        return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
    }

    static String phase(PhaseProgress progress) {
        return word(progress.getPhase());
    }

    /** The last word of an enum's name in the API: {@code PHASE_COPY} is {@code copy}. */
    static String word(Enum<?> value) {
        return value.name().substring(value.name().indexOf('_') + 1).toLowerCase(Locale.ROOT);
    }
}
