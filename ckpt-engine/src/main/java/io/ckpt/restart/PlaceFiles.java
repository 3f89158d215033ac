package io.ckpt.restart;

import io.ckpt.freeze.FileStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * What lies at a path of some root directory now.
 *
 * @param root {@code /}, or {@code /proc/PID/root} for what another process sees
 */
public record PlaceFiles(Path root) implements Function<String, Optional<FileStatus>> {
    @Override
    public Optional<FileStatus> apply(String path) {
        try {
            return Optional.of(status(Files.readAttributes(root.resolve("." + path), "unix:*")));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    private static FileStatus status(Map<String, Object> values) {
        return new FileStatus(
                number(values, "dev"),
                number(values, "ino"),
                (int) number(values, "mode"),
                (int) number(values, "nlink"),
                (int) number(values, "uid"),
                (int) number(values, "gid"),
                number(values, "rdev"),
                number(values, "size"),
                0,
                ((FileTime) values.get("lastModifiedTime")).to(TimeUnit.NANOSECONDS));
    }

    private static long number(Map<String, Object> values, String name) {
        return ((Number) values.get(name)).longValue();
    }
}
