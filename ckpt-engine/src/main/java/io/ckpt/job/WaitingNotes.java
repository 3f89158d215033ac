package io.ckpt.job;

import io.ckpt.fault.Fault;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which jobs have checkpoints in this node's own store that are nowhere else, an empty file {@code JOB.waiting} each. It
 * lies outside of that store, so that it is known also while the store cannot be read.
 */
final class WaitingNotes {
    private static final String SUFFIX = ".waiting";

    private final Path directory;

    WaitingNotes(Path directory) {
        this.directory = directory;
    }

    Path file(String job) {
        return directory.resolve(job + SUFFIX);
    }

    boolean has(String job) {
        return Files.exists(file(job));
    }

    List<String> jobs() {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(SUFFIX))
                    .map(name -> name.substring(0, name.length() - SUFFIX.length()))
                    .toList();
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException e) {
            throw Fault.io("look into " + directory, e);
        }
    }

    void set(String job, boolean waits) {
        try {
            if (waits) {
                make(file(job));
            } else {
                Files.deleteIfExists(file(job));
            }
        } catch (IOException e) {
            throw Fault.io("note which checkpoints are on this node only: " + file(job), e);
        }
    }

    private static void make(Path file) throws IOException {
        try {
            Files.createFile(file);
        } catch (FileAlreadyExistsException noted) {
            // before
        }
    }
}
