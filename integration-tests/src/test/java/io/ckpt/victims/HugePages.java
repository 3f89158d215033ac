package io.ckpt.victims;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Huge pages for the victims of a test class; the node may have fewer than were asked for. */
final class HugePages implements BeforeAllCallback, AfterAllCallback {
    private static final Path POOL = Path.of("/proc/sys/vm/nr_hugepages");
    private static final int WANTED = 32;

    private int before;

    @Override
    public void beforeAll(ExtensionContext context) {
        before = read();
        write(before + WANTED);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        write(before);
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
