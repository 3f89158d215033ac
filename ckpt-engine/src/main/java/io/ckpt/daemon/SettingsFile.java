package io.ckpt.daemon;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A file of {@code Key=Value} lines with {@code #} comments, read strictly: a key that nobody asks for, a key that comes
 * twice and a value that cannot be read are errors that name the line. Keys are told apart without regard to case.
 */
final class SettingsFile {
    private final String name;
    private final Map<String, Line> lines = new LinkedHashMap<>();
    private final Set<String> known = new TreeSet<>();

    private record Line(int number, String key, String value) {}

    private SettingsFile(String name) {
        this.name = name;
    }

    static SettingsFile parse(String name, String text) {
        SettingsFile file = new SettingsFile(name);
        int number = 0;
        for (String line : text.split("\n")) {
            file.add(++number, line.strip());
        }
        return file;
    }

    private void add(int number, String line) {
        if (line.isEmpty() || line.startsWith("#")) {
            return;
        }
        int equals = line.indexOf('=');
        if (equals < 1) {
            throw wrong(number, "\"" + line + "\" is not Key=Value", "write Key=Value, or put # before a comment");
        }
        String key = line.substring(0, equals).strip();
        Line former = lines.put(
                key.toLowerCase(Locale.ROOT),
                new Line(number, key, line.substring(equals + 1).strip()));
        if (former != null) {
            throw wrong(number, key + " was set in line " + former.number() + " already", "keep one of them");
        }
    }

    String text(String key, String otherwise) {
        return value(key, otherwise, Function.identity());
    }

    Path path(String key, String otherwise) {
        return value(key, otherwise, SettingsFile::absolute);
    }

    /** The value of a key, made by the reader; what the reader cannot take is an error of that line. */
    <T> T value(String key, String otherwise, Function<String, T> reader) {
        known.add(key);
        Line line = lines.get(key.toLowerCase(Locale.ROOT));
        if (line == null) {
            return reader.apply(otherwise);
        }
        try {
            return reader.apply(line.value());
        } catch (IllegalArgumentException e) {
            throw wrong(line.number(), key + "=" + line.value() + ": " + e.getMessage(), "see ckptd.conf.sample");
        }
    }

    /** To be called when every key has been asked for. */
    void refuseUnknown() {
        for (Line line : lines.values()) {
            if (known.stream().noneMatch(line.key()::equalsIgnoreCase)) {
                throw wrong(line.number(), "unknown key " + line.key(), "did you mean " + nearest(line.key()) + "?");
            }
        }
    }

    /** Words separated by commas or blanks. */
    static Stream<String> words(String text) {
        return Arrays.stream(text.split("[,\\s]+")).filter(word -> !word.isEmpty());
    }

    private static Path absolute(String text) {
        Path path = Path.of(text);
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException("not an absolute path");
        }
        return path;
    }

    private String nearest(String key) {
        return known.stream()
                .min(Comparator.comparingInt(
                        candidate -> distance(candidate.toLowerCase(Locale.ROOT), key.toLowerCase(Locale.ROOT))))
                .orElseThrow();
    }

    /** Levenshtein's distance, one row at a time. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }

    private Fault wrong(int line, String message, String remedy) {
        return new Fault(FaultCode.CONFIGURATION, name + ":" + line + ": " + message, remedy);
    }
}
