package io.ckpt.freeze;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** Looks for names of a file. */
final class DirectoryNames {
    /** A job waits meanwhile. */
    private static final int MOST = 10_000;

    private DirectoryNames() {}

    /** The name of a file itself, not of a symbolic link to it. */
    static Optional<String> of(Path directory, FileStatus file) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            return StreamSupport.stream(entries.spliterator(), false)
                    .limit(MOST)
                    .filter(entry -> isNameOf(entry, file))
                    .map(entry -> entry.getFileName().toString())
                    .findFirst();
        } catch (IOException | DirectoryIteratorException gone) {
            return Optional.empty();
        }
    }

    private static boolean isNameOf(Path entry, FileStatus file) {
        try {
            Map<String, Object> about = Files.readAttributes(entry, "unix:ino,dev", LinkOption.NOFOLLOW_LINKS);
            return about.get("ino").equals(file.inode()) && about.get("dev").equals(file.device());
        } catch (IOException gone) {
            return false;
        }
    }
}
