package io.ckpt.victims;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Huge pages for the victims of a test class, and files of them; the node may have fewer than were asked for. */
final class HugePages implements BeforeAllCallback, AfterAllCallback {
    private static final Path POOL = Path.of("/proc/sys/vm/nr_hugepages");
    private static final int WANTED = 32;

    private static final Path FILES = Path.of("/dev/hugepages");

    private int before;
    private boolean mounted;

    @Override
    public void beforeAll(ExtensionContext context) {
        before = read();
        write(before + WANTED);
        mounted = !Files.isDirectory(FILES) && mount();
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        if (mounted) {
            run("umount", FILES.toString());
            Files.delete(FILES);
        }
        write(before);
    }

    /** Most nodes have them there; false where the kernel cannot. */
    private static boolean mount() {
        try {
            Files.createDirectory(FILES);
            boolean done = run("mount", "-t", "hugetlbfs", "-o", "mode=1777", "none", FILES.toString());
            if (!done) {
                Files.delete(FILES);
            }
            return done;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean run(String... command) throws IOException {
        try {
            return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static int read() {
        try {
            return Integer.parseInt(Files.readString(POOL).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(int pages) {
        try {
            Files.writeString(POOL, Integer.toString(pages));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
