package io.ckpt.fence;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The leases of all jobs: {@code JOB/GENERATION}, made by link(2), which fails on every file system when the name is
 * taken; and {@code JOB/born}, which says when the first run of the job began.
 */
final class LeaseBoard {
    private static final String BORN = "born";

    private final SharedDirectory shared;
    private final Path directory;

    LeaseBoard(SharedDirectory shared) {
        this.shared = shared;
        this.directory = shared.resolve("leases");
    }

    /** Takes a lease; whether nobody had it. */
    boolean take(Lease lease) {
        Path file = file(lease);
        Path draft = file.resolveSibling(
                "draft-" + lease.generation() + "-" + lease.holder().name());
        try {
            makeHome(file);
            Files.writeString(draft, lease.line(), StandardOpenOption.CREATE, StandardOpenOption.SYNC);
            try {
                Files.createLink(file, draft);
                return true;
            } finally {
                Files.deleteIfExists(draft);
            }
        } catch (FileAlreadyExistsException taken) {
            return false;
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    private void makeHome(Path file) throws IOException {
        shared.make(directory);
        shared.make(file.getParent());
    }

    void drop(Lease lease) {
        try {
            Files.deleteIfExists(file(lease));
        } catch (IOException e) {
            throw failed(file(lease), e);
        }
    }

    /** Leases of one job. */
    List<Lease> of(String job) {
        try (Stream<Path> files = Files.list(directory.resolve(job))) {
            return files.flatMap(file -> read(job, file).stream()).toList();
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException e) {
            throw failed(directory.resolve(job), e);
        }
    }

    List<Lease> all() {
        try (Stream<Path> jobs = Files.list(directory)) {
            return jobs.flatMap(job -> of(job.getFileName().toString()).stream())
                    .toList();
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException e) {
            throw failed(directory, e);
        }
    }

    void bear(String job, Instant instant) {
        Path file = directory.resolve(job).resolve(BORN);
        try {
            makeHome(file);
            Files.writeString(file, instant.toString());
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    Optional<Instant> born(String job) {
        Path file = directory.resolve(job).resolve(BORN);
        try {
            return Optional.of(Instant.parse(Files.readString(file)));
        } catch (NoSuchFileException | DateTimeParseException unknown) {
            return Optional.empty();
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    private static Optional<Lease> read(String job, Path file) {
        String name = file.getFileName().toString();
        if (!name.chars().allMatch(Character::isDigit)) {
            return Optional.empty();
        }
        try {
            return Lease.parse(job, Integer.parseInt(name), Files.readString(file));
        } catch (NoSuchFileException dropped) {
            return Optional.empty();
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    private Path file(Lease lease) {
        return directory.resolve(lease.job()).resolve(Integer.toString(lease.generation()));
    }

    private static Fault failed(Path path, IOException e) {
        return new Fault(FaultCode.IO_ERROR, "lease " + path + ": " + e, "look at the shared store", e);
    }
}
