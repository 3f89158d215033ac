package io.ckpt.store;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The newest generation of a job that has begun a checkpoint, in the file {@code generation}. Whoever looks at it in
 * order to change something does so under a lock, so that an old generation never commits after a newer one has begun.
 */
final class Fence {
    private static final String FILE = "generation";
    private static final String LOCK = ".generation.lock";

    private final Disk disk;
    private final Path job;
    private final Object monitor;

    /** @param monitor one for all fences of a process, since file locks do not hold between its threads */
    Fence(Disk disk, Path job, Object monitor) {
        this.disk = disk;
        this.job = job;
        this.monitor = monitor;
    }

    /** Whether a directory is one of a job. */
    static boolean isIn(Path directory) {
        return Files.isRegularFile(directory.resolve(FILE));
    }

    /** A change that may fail. */
    interface Change {
        void run() throws IOException;
    }

    /** Makes {@code generation} the newest, unless a newer one is. */
    void advance(int generation) throws IOException {
        locked(() -> {
            if (requireCurrent(generation) < generation) {
                replace(generation);
            }
        });
    }

    /** Makes {@code generation} the newest, whatever a former job of the same name had. */
    void reset(int generation) throws IOException {
        locked(() -> {
            if (newest() != generation) {
                replace(generation);
            }
        });
    }

    /** Makes the generation of a checkpoint that was taken elsewhere known, where none is. */
    void admit(int generation) throws IOException {
        locked(() -> {
            if (newest() < 0) {
                replace(generation);
            }
            requireOneOf(generation);
        });
    }

    /** Whether {@code generation} is that of the run that began last, as far as one is known. */
    boolean isCurrent(int generation) throws IOException {
        int newest = newest();
        return newest < 0 || newest == generation;
    }

    /** Runs a change, whichever generation is the newest; none can begin or commit meanwhile. */
    void hold(Change change) throws IOException {
        locked(change);
    }

    /** Runs a change unless a newer generation has begun; none can begin meanwhile. */
    void pass(int generation, Change change) throws IOException {
        locked(() -> {
            requireCurrent(generation);
            change.run();
        });
    }

    private void locked(Change change) throws IOException {
        synchronized (monitor) {
            try (FileChannel channel = disk.openLock(job.resolve(LOCK))) {
                channel.lock();
                change.run();
            }
        }
    }

    private int requireCurrent(int generation) throws IOException {
        int newest = newest();
        if (newest > generation) {
            throw isOver(newest, generation);
        }
        return newest;
    }

    /** A later one than the newest is of a job that had the same name. */
    private void requireOneOf(int generation) throws IOException {
        if (!isCurrent(generation)) {
            throw isOver(newest(), generation);
        }
    }

    private Fault isOver(int newest, int generation) {
        return new Fault(
                FaultCode.NOT_PERMITTED,
                "run " + newest + " of job " + job.getFileName() + " has begun; run " + generation
                        + " may no longer write checkpoints",
                "end this run: the scheduler has started the job again");
    }

    /** -1 before the first. */
    private int newest() throws IOException {
        try {
            return Integer.parseInt(Files.readString(job.resolve(FILE), StandardCharsets.US_ASCII)
                    .strip());
        } catch (NoSuchFileException e) {
            return -1;
        } catch (NumberFormatException e) {
            throw new Fault(
                    FaultCode.IO_ERROR,
                    job.resolve(FILE) + " does not hold a number",
                    "write the restart count of the job's newest run into it",
                    e);
        }
    }

    private void replace(int generation) throws IOException {
        new DurableFile(job.resolve(FILE), disk).replace(generation + "\n");
    }
}
