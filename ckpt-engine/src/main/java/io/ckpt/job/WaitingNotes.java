package io.ckpt.job;

import io.ckpt.fault.Fault;
import io.ckpt.store.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which jobs have checkpoints in this node's own store that are nowhere else, or are about to: a file {@code JOB.waiting}
 * each. It lies outside of the store, so that it is known also while that cannot be read.
 */
final class WaitingNotes {
    private static final String SUFFIX = ".waiting";

    private final Path directory;

    WaitingNotes(Path directory) {
        this.directory = directory;
    }

    /**
     * A line each.
     *
     * @param mark of the store in which they are; empty where it had none
     * @param fileSystem on which that lay; empty where that was not noted
     * @param newest checkpoint of them; empty before the first was there
     */
    record Note(String mark, String fileSystem, String newest) {
        private static Note parse(String text) {
            List<String> lines = text.lines().toList();
            return new Note(line(lines, 0), line(lines, 1), line(lines, 2));
        }

        private static String line(List<String> lines, int number) {
            return number < lines.size() ? lines.get(number) : "";
        }

        private String text() {
            return String.join("\n", mark, fileSystem, newest) + "\n";
        }
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

    Optional<Note> of(String job) {
        try {
            return Optional.of(Note.parse(Files.readString(file(job))));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException e) {
            throw failed(job, e);
        }
    }

    void set(String job, Note note) {
        try {
            new DurableFile(file(job)).replace(note.text());
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

    private Fault failed(String job, IOException e) {
        return Fault.io("note which checkpoints are on this node only: " + file(job), e);
    }
}
