package io.ckpt.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A file system of its own at a directory, small enough to be filled. Only root can have one: others skip the test. */
public final class SmallDisk implements AutoCloseable {
    private static final String BALLAST = "ballast";
    private static final int KIBIBYTES = 256;

    private final Path directory;

    private SmallDisk(Path directory) {
        this.directory = directory;
    }

    public static SmallDisk mountedAt(Path directory) {
        try {
            assumeTrue(Files.getAttribute(directory, "unix:uid").equals(0), "only root can mount");
            run("mount", "-t", "tmpfs", "-o", "mode=700,size=" + KIBIBYTES + "k", "tmpfs", directory.toString());
            return new SmallDisk(directory);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** No byte more can be written. */
    public void fill() {
        try {
            Files.write(directory.resolve(BALLAST), new byte[KIBIBYTES << 10]);
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }

    public void free() throws IOException {
        Files.delete(directory.resolve(BALLAST));
    }

    /** Names of what lies there. */
    public List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals(BALLAST))
                    .sorted()
                    .toList();
        }
    }

    /** What was there is gone. */
    @Override
    public void close() {
        run("umount", directory.toString());
    }

    /** Root's. */
    public static void run(String... command) {
        try {
            assertThat(new ProcessBuilder(command).inheritIO().start().waitFor())
                    .as(String.join(" ", command))
                    .isZero();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
