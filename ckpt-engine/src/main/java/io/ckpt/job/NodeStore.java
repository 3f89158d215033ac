package io.ckpt.job;

import io.ckpt.fault.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A store that only this node has, and that is faster than the shared one.
 *
 * @param bytes that may lie in it
 */
public record NodeStore(Path directory, long bytes) {
    /** Bytes that may still be written there. */
    long room() {
        try {
            long free = Files.getFileStore(directory).getUsableSpace();
            return bytes == Long.MAX_VALUE ? free : Math.min(free, bytes - used());
        } catch (IOException e) {
            throw Fault.io("use the store of this node " + directory, e);
        }
    }

    private long used() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.mapToLong(NodeStore::size).sum();
        } catch (UncheckedIOException changing) {
            throw changing.getCause();
        }
    }

    /** Nothing for a directory, and for a file that has gone meanwhile. */
    private static long size(Path file) {
        return file.toFile().isFile() ? file.toFile().length() : 0;
    }
}
