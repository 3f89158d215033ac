package io.ckpt.victims;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file system of its own at a directory, in memory, until it is closed. */
record Mounted(Path directory) implements AutoCloseable {
    /** @param options beside the mode, as mount(8) takes them */
    static Mounted at(Path directory, String options) {
        call("mount", "-t", "tmpfs", "-o", options + ",mode=700", "tmpfs", directory.toString());
        return new Mounted(directory);
    }

    /** Leaves so many bytes. */
    void fillBut(long bytes) {
        try {
            long free = Files.getFileStore(directory).getUsableSpace();
            Files.write(directory.resolve(".ballast"), new byte[(int) (free - bytes)]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        call("umount", directory.toString());
    }

    private static void call(String... command) {
        try {
            assertThat(new ProcessBuilder(command).inheritIO().start().waitFor())
                    .as(String.join(" ", command))
                    .isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
