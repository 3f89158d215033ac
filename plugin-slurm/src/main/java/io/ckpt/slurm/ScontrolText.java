package io.ckpt.slurm;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One record of {@code scontrol show}: lines of {@code Name=value} separated by blanks. A value of somebody's choosing
 * may hold blanks and equal signs; such a field is the last of its line and runs to its end. Where a name comes twice the
 * first counts.
 */
final class ScontrolText {
    private static final Set<String> FREE_TEXT = Set.of(
            "JobName",
            "Command",
            "WorkDir",
            "StdErr",
            "StdIn",
            "StdOut",
            "Comment",
            "AdminComment",
            "SystemComment",
            "OS");
    private static final Set<String> NO_TIME = Set.of("", "None", "Unknown", "N/A");

    private final Map<String, String> values = new HashMap<>();
    private final ZoneId zone;

    private ScontrolText(ZoneId zone) {
        this.zone = zone;
    }

    /** @param zone time zone that scontrol ran in: its times carry none */
    static ScontrolText parse(String text, ZoneId zone) {
        ScontrolText record = new ScontrolText(zone);
        text.strip().lines().takeWhile(line -> !line.isBlank()).forEach(line -> record.addLine(line.strip()));
        return record;
    }

    /** A value; empty for {@code (null)} and for a field that this version of Slurm does not print. */
    String text(String name) {
        String value = values.getOrDefault(name, "");
        return value.equals("(null)") ? "" : value;
    }

    /** A value that every version prints. */
    String required(String name) {
        if (!values.containsKey(name)) {
            throw misread("has no " + name);
        }
        return values.get(name);
    }

    int number(String name) {
        try {
            return Integer.parseInt(required(name));
        } catch (NumberFormatException e) {
            throw misread("says " + name + "=" + required(name) + ", which is no number");
        }
    }

    /** A point in time, printed as ISO 8601 without zone or as seconds since the epoch. */
    Optional<Instant> time(String name) {
        String value = text(name);
        if (NO_TIME.contains(value)) {
            return Optional.empty();
        }
        if (value.chars().allMatch(Character::isDigit)) {
            return Optional.of(Instant.ofEpochSecond(Long.parseLong(value)));
        }
        try {
            return Optional.of(LocalDateTime.parse(value).atZone(zone).toInstant());
        } catch (DateTimeParseException e) {
            throw misread("says " + name + "=" + value + ", which is no time");
        }
    }

    private void addLine(String line) {
        String rest = line;
        while (!rest.isEmpty()) {
            int end = endOfWord(rest);
            int equals = rest.indexOf('=');
            if (equals > 0 && equals < end) {
                String name = rest.substring(0, equals);
                end = FREE_TEXT.contains(name) ? rest.length() : end;
                values.putIfAbsent(name, rest.substring(equals + 1, end));
            }
            rest = rest.substring(end).strip();
        }
    }

    private static int endOfWord(String text) {
        int blank = text.indexOf(' ');
        return blank < 0 ? text.length() : blank;
    }

    static Fault misread(String what) {
        return new Fault(
                FaultCode.INTERNAL,
                "the output of scontrol " + what,
                "report it with the version of Slurm and the output of scontrol show");
    }
}
