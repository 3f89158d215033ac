package io.ckpt.restart;

import io.ckpt.freeze.FileStatus;
import io.ckpt.freeze.NodeFiles;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * What lies at a path of some root directory now.
 *
 * @param root {@code /}, or {@code /proc/PID/root} for what another process sees
 */
public record PlaceFiles(Path root) implements Function<String, Optional<FileStatus>> {
    @Override
    public Optional<FileStatus> apply(String path) {
        return NodeFiles.status(root + path);
    }
}
