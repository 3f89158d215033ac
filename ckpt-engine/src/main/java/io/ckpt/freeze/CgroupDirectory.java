package io.ckpt.freeze;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** One cgroup, by its directory. Whatever cannot be read is not there: a cgroup may be removed at any moment. */
public record CgroupDirectory(Path path) {
    private static final int LINKS_WITHOUT_CHILDREN = 2;

    /** Cgroups directly below, by name. */
    public List<CgroupDirectory> children() {
        boolean none = NodeFiles.status(path.toString())
                .filter(status -> status.links() > LINKS_WITHOUT_CHILDREN)
                .isEmpty();
        return none
                ? List.of()
                : entries()
                        .filter(Files::isDirectory)
                        .sorted()
                        .map(CgroupDirectory::new)
                        .toList();
    }

    public String name() {
        return path.getFileName().toString();
    }

    /** The one directly below that has the last name of a path. */
    public CgroupDirectory child(String other) {
        return new CgroupDirectory(path.resolve(Path.of(other).getFileName()));
    }

    /** Names of its files. */
    public List<String> files() {
        return entries()
                .filter(entry -> !Files.isDirectory(entry))
                .map(entry -> entry.getFileName().toString())
                .sorted()
                .toList();
    }

    public Optional<String> text(String file) {
        try {
            return Optional.of(Files.readString(path.resolve(file)).strip());
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /** Numbers in {@code cgroup.procs} or {@code tasks}, as this process numbers them; 0 for whom it cannot see. */
    public List<Integer> numbers(String file) {
        return text(file).stream()
                .flatMap(String::lines)
                .map(Integer::valueOf)
                .distinct()
                .toList();
    }

    /** Nothing when it is gone. */
    public Optional<FileStatus> status() {
        return NodeFiles.status(path.toString());
    }

    private Stream<Path> entries() {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> directory = Files.newDirectoryStream(path)) {
            directory.forEach(entries::add);
        } catch (IOException | DirectoryIteratorException gone) {
            return Stream.of();
        }
        return entries.stream();
    }
}
