package io.ckpt.freeze;

import io.ckpt.jna.LibCkpt;
import io.ckpt.kernel.Errno;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A listening socket of packets under a path, which goes with it. */
public final class PacketListener implements AutoCloseable {
    private final int descriptor;
    private final Path path;
    private volatile boolean closed;

    private PacketListener(int descriptor, Path path) {
        this.descriptor = descriptor;
        this.path = path;
    }

    /**
     * Listens on {@code path}, at most 107 bytes long, which must not exist.
     *
     * @param mode permission bits of the path
     */
    public static PacketListener listen(Path path, int mode) {
        int descriptor = LibCkpt.listen(NativeText.string(path.toString()), mode);
        return new PacketListener(KernelAnswer.require(descriptor, () -> path + ": listen"), path);
    }

    /**
     * The next connection; empty when none came in time or the listener was closed meanwhile.
     *
     * @param limit empty to wait for ever
     */
    public Optional<PacketSocket> accept(Optional<Duration> limit) {
        int accepted = LibCkpt.accept(descriptor, NativeProcess.milliseconds(limit));
        if (Errno.ETIMEDOUT.is(accepted) || accepted < 0 && closed) {
            return Optional.empty();
        }
        return Optional.of(new PacketSocket(KernelAnswer.require(accepted, () -> path + ": accept")));
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        LibCkpt.shutdown(descriptor);
        LibCkpt.close(descriptor);
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
