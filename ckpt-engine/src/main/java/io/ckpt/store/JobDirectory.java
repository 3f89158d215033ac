package io.ckpt.store;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.image.ImageFormat;
import io.ckpt.image.ImageReader;
import io.ckpt.image.LinkedImages;
import io.ckpt.image.Ownership;
import io.ckpt.image.Seal;
import io.ckpt.image.v1.Link;
import io.ckpt.image.v1.Manifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The directory of one job: a directory for each checkpoint; what is pending, retired, being deleted, or a lock begins with
 * a point. Retired is what was deleted but holds pages of others that are still there.
 */
record JobDirectory(String job, Path path, Disk disk) implements LinkedImages {
    private static final Pattern PENDING = Pattern.compile("\\.pending-(\\d+)-.+");
    private static final String DELETED = ".deleted-";
    private static final String RETIRED = ".retired-";
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
            Manifest manifest = ImageReader.manifest(image, seal);
            ImageReader.requireLinks(image, manifest, seal, this);
            return StoredCheckpoint.good(id, job, image, manifest);
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

    @Override
    public List<Path> candidates(String id) {
        return CheckpointName.isId(id)
                ? Stream.of(checkpoint(id), path.resolve(RETIRED + id))
                        .flatMap(directory -> Stream.of(
                                directory.resolve(ImageFormat.FILE), directory.resolve(ImageFormat.FORMER_FILE)))
                        .filter(Files::isRegularFile)
                        .toList()
                : List.of();
    }

    /** Out of sight at once, and gone as soon as no other checkpoint needs it. The caller holds the fence. */
    void delete(String id, Seal seal) throws IOException {
        disk.rename(checkpoint(id), path.resolve(RETIRED + id));
        disk.sync(path);
        removeUnneeded(seal);
    }

    /** Removes retired checkpoints that no other needs any more; how many. The caller holds the fence. */
    int removeUnneeded(Seal seal) throws IOException {
        List<String> retired =
                names().stream().filter(name -> name.startsWith(RETIRED)).toList();
        if (retired.isEmpty()) {
            return 0;
        }
        Set<String> needed = new HashSet<>();
        for (String id : ids()) {
            Optional<List<String>> links = links(id, seal);
            if (links.isEmpty()) {
                return 0;
            }
            needed.addAll(links.get());
        }
        int removed = 0;
        for (String name : retired) {
            if (!needed.contains(name.substring(RETIRED.length()))) {
                remove(name);
                removed++;
            }
        }
        return removed;
    }

    /** What a checkpoint needs; nothing is known of one that is not damaged and yet cannot be read. */
    private Optional<List<String>> links(String id, Seal seal) {
        try {
            Manifest manifest = ImageReader.manifest(checkpoint(id).resolve(ImageFormat.FILE), seal);
            return Optional.of(
                    manifest.getLinksList().stream().map(Link::getCheckpointId).toList());
        } catch (Fault fault) {
            return fault.code() == FaultCode.IMAGE_DAMAGED ? Optional.of(List.of()) : Optional.empty();
        }
    }

    private void remove(String name) throws IOException {
        Path doomed = path.resolve(DELETED + name.substring(RETIRED.length()));
        disk.rename(path.resolve(name), doomed);
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
