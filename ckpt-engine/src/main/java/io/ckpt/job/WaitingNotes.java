package io.ckpt.job;

import io.ckpt.fault.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which jobs have checkpoints in this node's own store that are nowhere else, a file {@code JOB.waiting} each, with the
 * mark of that store. It lies outside of the store, so that it is known also while that cannot be read.
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

    /** Of the store in which they are; empty where it had none. */
    Optional<String> mark(String job) {
        try {
            return Optional.of(Files.readString(file(job)));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException e) {
            throw failed(job, e);
        }
    }

    void set(String job, String mark) {
        try {
            if (!mark(job).equals(Optional.of(mark))) {
                write(file(job), mark);
            }
        } catch (IOException e) {
            throw failed(job, e);
        }
    }

    void remove(String job) {
        try {
            Files.deleteIfExists(file(job));
        } catch (IOException e) {
            throw failed(job, e);
        }
    }

    private static void write(Path file, String text) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(
                draft,
                text,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE,
                StandardOpenOption.SYNC);
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private Fault failed(String job, IOException e) {
        return Fault.io("note which checkpoints are on this node only: " + file(job), e);
    }
}
