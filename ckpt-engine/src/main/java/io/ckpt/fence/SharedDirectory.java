package io.ckpt.fence;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The directory in which nodes tell each other of themselves. It is made once in the life of this process, and nothing
 * above it ever: when it is not there later, its file system is not, and what were written in its stead nobody would read.
 * Safe for threads.
 */
final class SharedDirectory {
    private final Path path;
    private boolean made;

    SharedDirectory(Path path) {
        this.path = path;
    }

    Path resolve(String name) {
        return path.resolve(name);
    }

    /** Makes a directory in it, where it is missing. */
    void make(Path directory) throws IOException {
        makeOnce();
        makeIfMissing(directory);
    }

    private synchronized void makeOnce() throws IOException {
        if (!made) {
            makeIfMissing(path);
            made = true;
        }
    }

    private static void makeIfMissing(Path directory) throws IOException {
        try {
            Files.createDirectory(directory);
        } catch (FileAlreadyExistsException there) {
            // which is what matters
        }
    }
}
