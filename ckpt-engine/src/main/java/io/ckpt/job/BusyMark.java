package io.ckpt.job;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A file that lies in the run directory while a checkpoint is under way. The scheduler's epilog waits until it is gone:
 * a shell script can look for a file without starting a Java machine. It holds the pid of this process.
 */
final class BusyMark implements AutoCloseable {
    private final Path file;

    private BusyMark(Path file) {
        this.file = file;
    }

    static BusyMark set(Path directory, String job) {
        Path file = directory.resolve(job);
        try {
            Files.createDirectories(directory);
            Path draft = Files.writeString(
                    directory.resolve("." + job),
                    Long.toString(ProcessHandle.current().pid()));
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
            return new BusyMark(file);
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    /** Removes what a daemon that was killed has left, but for the marks of some jobs. */
    static void sweep(Path directory, Set<String> kept) {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                if (!kept.contains(file.getFileName().toString())) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            throw failed(directory, e);
        }
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    private static Fault failed(Path file, IOException e) {
        return new Fault(FaultCode.IO_ERROR, "mark of a checkpoint " + file + ": " + e, "make it writable for root", e);
    }
}
