package io.ckpt.fence;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.store.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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
    private static final String NAME = "leases";
    private static final String BORN = "born";

    private final SharedDirectory shared;

    LeaseBoard(SharedDirectory shared) {
        this.shared = shared;
    }

    /** Takes a lease; whether nobody had it. */
    boolean take(Lease lease) {
        try {
            Path file = makeHome(lease.job()).resolve(name(lease));
            return new DurableFile(file).make(lease.line(), lease.holder().name());
        } catch (IOException e) {
            throw failed(lease.job(), e);
        }
    }

    private Path makeHome(String job) throws IOException {
        Path home = shared.make(NAME).resolve(job);
        SharedDirectory.makeIfMissing(home);
        return home;
    }

    void drop(Lease lease) {
        try {
            Files.deleteIfExists(home(lease.job()).resolve(name(lease)));
        } catch (IOException e) {
            throw failed(lease.job(), e);
        }
    }

    /** Leases of one job. */
    List<Lease> of(String job) {
        try (Stream<Path> files = Files.list(home(job))) {
            return files.flatMap(file -> read(job, file).stream()).toList();
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException e) {
            throw failed(job, e);
        }
    }

    List<Lease> all() {
        try (Stream<Path> jobs = Files.list(shared.open(NAME))) {
            return jobs.flatMap(job -> of(job.getFileName().toString()).stream())
                    .toList();
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException e) {
            throw failed("*", e);
        }
    }

    /** Whoever looks meanwhile, and whatever becomes of this machine, finds the time before or this one. */
    void bear(String job, Instant instant) {
        try {
            new DurableFile(makeHome(job).resolve(BORN)).replace(instant.toString());
        } catch (IOException e) {
            throw failed(job, e);
        }
    }

    Optional<Instant> born(String job) {
        try {
            return Optional.of(Instant.parse(Files.readString(home(job).resolve(BORN))));
        } catch (NoSuchFileException | DateTimeParseException unknown) {
            return Optional.empty();
        } catch (IOException e) {
            throw failed(job, e);
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
            throw failed(job, e);
        }
    }

    private Path home(String job) throws IOException {
        return shared.open(NAME).resolve(job);
    }

    private static String name(Lease lease) {
        return Integer.toString(lease.generation());
    }

    private static Fault failed(String job, IOException e) {
        return new Fault(FaultCode.IO_ERROR, "lease of job " + job + ": " + e, "look at the shared store", e);
    }
}
