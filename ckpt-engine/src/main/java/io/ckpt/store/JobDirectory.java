package io.ckpt.store;

import io.ckpt.fault.Fault;
import io.ckpt.image.ImageFormat;
import io.ckpt.image.ImageReader;
import io.ckpt.image.Ownership;
import io.ckpt.image.Seal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The directory of one job: a directory for each checkpoint; what is pending, being deleted, or a lock begins with a
 * point.
 */
record JobDirectory(String job, Path path, Disk disk) {
    private static final Pattern PENDING = Pattern.compile("\\.pending-(\\d+)-.+");
    private static final String DELETED = ".deleted-";
    static final String OWNER = "owner";

    Path checkpoint(String id) {
        return path.resolve(id);
    }

    Path pending(int generation, String id) {
        return path.resolve(".pending-" + generation + "-" + id);
    }

    Path lock(int generation) {
        return path.resolve(".lock-" + generation);
    }

    List<String> ids() throws IOException {
        if (!Files.isDirectory(path)) {
            return List.of();
        }
        return names().stream()
                .filter(CheckpointName::isId)
                .filter(id -> CheckpointName.parse(id).job().equals(job))
                .toList();
    }

    /** A checkpoint as it is found; never throws for what is wrong with it. */
    StoredCheckpoint look(String id, Seal seal) {
        Path image = checkpoint(id).resolve(ImageFormat.FILE);
        try {
            Ownership.require(path);
            Ownership.require(checkpoint(id));
            return StoredCheckpoint.good(id, job, image, ImageReader.manifest(image, seal));
        } catch (Fault damage) {
            return StoredCheckpoint.damaged(id, job, image, damage);
        }
    }

    /** The uid that was noted beside a checkpoint, be it whole or damaged. */
    OptionalInt owner(String id) {
        try {
            Ownership.require(path);
            Ownership.require(checkpoint(id));
            String text = Files.readString(checkpoint(id).resolve(OWNER), StandardCharsets.US_ASCII);
            return OptionalInt.of(Integer.parseInt(text.strip()));
        } catch (Fault | IOException | NumberFormatException unknown) {
            return OptionalInt.empty();
        }
    }

    /** Out of sight at once, then gone. */
    void delete(String id) throws IOException {
        Path doomed = path.resolve(DELETED + id);
        disk.rename(checkpoint(id), doomed);
        disk.sync(path);
        disk.remove(doomed);
    }

    /** Removes what writers left behind whose lock can be had; returns how many. */
    int sweep(WriterLocks locks) throws IOException {
        int swept = 0;
        for (String name : names()) {
            Matcher pending = PENDING.matcher(name);
            if (pending.matches()) {
                swept += sweepPending(path.resolve(name), Integer.parseInt(pending.group(1)), locks);
            } else if (name.startsWith(DELETED)) {
                disk.remove(path.resolve(name));
                swept++;
            }
        }
        return swept;
    }

    private int sweepPending(Path pending, int generation, WriterLocks locks) throws IOException {
        Optional<WriterLocks.Held> lock = locks.tryLock(lock(generation));
        if (lock.isEmpty()) {
            return 0;
        }
        try (WriterLocks.Held held = lock.get()) {
            disk.remove(pending);
        }
        return 1;
    }

    private List<String> names() throws IOException {
        return Disk.children(path).stream()
                .map(child -> child.getFileName().toString())
                .toList();
    }
}
