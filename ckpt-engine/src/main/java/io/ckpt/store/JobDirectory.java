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
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
    private static final Pattern ARRIVING = Pattern.compile("\\.arriving-(\\d+)-.+");
    private static final Pattern HOUSEKEEPING =
            Pattern.compile("generation|history|hot-pages|\\.(generation|history|hot-pages)\\..+|\\.lock-.+");
    private static final String DELETED = ".deleted-";
    private static final String RETIRED = ".retired-";
    private static final String CONSOLIDATED = ".consolidated-";
    private static final Map<Store.Note, String> NOTES =
            Map.of(Store.Note.HISTORY, "history", Store.Note.HOT_PAGES, "hot-pages");
    private static final int LONGEST_NOTE_BYTES = 1 << 20;
    static final String OWNER = "owner";
    private static final String DURABLE = "durable";

    Path checkpoint(String id) {
        return path.resolve(id);
    }

    Path pending(int generation, String id) {
        return path.resolve(".pending-" + generation + "-" + id);
    }

    Path lock(int generation) {
        return path.resolve(".lock-" + generation);
    }

    /** Where a checkpoint of another store is written, and the lock of who does: nobody else waits for either. */
    Path arriving(int generation, String id) {
        return path.resolve(".arriving-" + generation + "-" + id);
    }

    Path arrivalLock(int generation) {
        return path.resolve(".lock-arriving-" + generation);
    }

    /** Notes that the shared store has a checkpoint too. */
    void markDurable(String id) throws IOException {
        Path mark = checkpoint(id).resolve(DURABLE);
        if (!Files.exists(mark)) {
            disk.createFile(mark).close();
        }
    }

    boolean isMarkedDurable(String id) {
        return Files.exists(checkpoint(id).resolve(DURABLE));
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

    /** Empty where there is none, or what is there was not noted by us. */
    byte[] note(Store.Note note) throws IOException {
        Path noted = path.resolve(NOTES.get(note));
        boolean isOurs =
                Files.isRegularFile(noted, LinkOption.NOFOLLOW_LINKS) && Files.size(noted) <= LONGEST_NOTE_BYTES;
        return isOurs ? Files.readAllBytes(noted) : new byte[0];
    }

    /** Not brought to disk: after a crash of the machine nothing, or less, is noted. */
    void note(Store.Note note, byte[] text) throws IOException {
        Path draft = path.resolve("." + NOTES.get(note) + ".new");
        disk.remove(draft);
        try (FileChannel channel = disk.createFile(draft)) {
            for (ByteBuffer rest = ByteBuffer.wrap(text); rest.hasRemaining(); ) {
                channel.write(rest);
            }
        }
        disk.rename(draft, path.resolve(NOTES.get(note)));
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

    /**
     * Puts a complete image in the place of a checkpoint's own, which stays beside it for those that need it. The caller
     * holds the fence.
     */
    void replaceImage(String id, Path image) throws IOException {
        Path own = checkpoint(id).resolve(ImageFormat.FILE);
        disk.link(own, checkpoint(id).resolve(ImageFormat.FORMER_FILE));
        disk.rename(image, own);
        disk.sync(checkpoint(id));
    }

    /**
     * Removes retired checkpoints and former images that no other needs any more; how many. Nothing as long as somebody
     * writes a checkpoint, of which it is not known what it needs. The caller holds the fence.
     */
    int removeUnneeded(Seal seal) throws IOException {
        if (names().stream().anyMatch(JobDirectory::isBeingWritten)) {
            return 0;
        }
        List<String> retired =
                names().stream().filter(name -> name.startsWith(RETIRED)).toList();
        List<Path> former = ids().stream()
                .map(id -> checkpoint(id).resolve(ImageFormat.FORMER_FILE))
                .filter(Files::exists)
                .toList();
        Optional<Set<Link>> needed = retired.isEmpty() && former.isEmpty() ? Optional.empty() : needed(seal);
        return needed.isPresent() ? removeUnneeded(retired, former, needed.get(), seal) : 0;
    }

    private static boolean isBeingWritten(String name) {
        return PENDING.matcher(name).matches() || ARRIVING.matcher(name).matches();
    }

    private int removeUnneeded(List<String> retired, List<Path> former, Set<Link> needed, Seal seal)
            throws IOException {
        int removed = 0;
        for (String name : retired) {
            if (needed.stream().noneMatch(link -> name.equals(RETIRED + link.getCheckpointId()))) {
                remove(name);
                removed++;
            }
        }
        for (Path image : former) {
            if (!needed.contains(ImageReader.link(image, seal))) {
                disk.remove(image);
                removed++;
            }
        }
        return removed;
    }

    /** What the checkpoints need; unknown when one of them is not damaged and yet cannot be read. */
    private Optional<Set<Link>> needed(Seal seal) throws IOException {
        Set<Link> needed = new HashSet<>();
        for (String id : ids()) {
            try {
                needed.addAll(ImageReader.manifest(checkpoint(id).resolve(ImageFormat.FILE), seal)
                        .getLinksList());
            } catch (Fault fault) {
                if (fault.code() != FaultCode.IMAGE_DAMAGED) {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(needed);
    }

    private void remove(String name) throws IOException {
        Path doomed = path.resolve(DELETED + name.substring(RETIRED.length()));
        disk.rename(path.resolve(name), doomed);
        disk.sync(path);
        disk.remove(doomed);
    }

    /** Removes the directory with what serves its writers, unless something else is in it. */
    void removeIfEmpty() throws IOException {
        if (names().stream().allMatch(name -> HOUSEKEEPING.matcher(name).matches())) {
            for (Path left : Disk.children(path)) {
                disk.remove(left);
            }
            disk.remove(path);
        }
    }

    Path consolidationLock() {
        return path.resolve(".lock-consolidation");
    }

    /** Where an image is written that shall take the place of another. */
    Path consolidated(String id) {
        return path.resolve(CONSOLIDATED + id);
    }

    /** Removes what writers left behind whose lock can be had; returns how many. */
    int sweep(WriterLocks locks) throws IOException {
        int swept = sweepConsolidated(locks);
        for (String name : names()) {
            Matcher pending = PENDING.matcher(name);
            Matcher arriving = ARRIVING.matcher(name);
            if (pending.matches()) {
                swept += sweepPending(path.resolve(name), lock(Integer.parseInt(pending.group(1))), locks);
            } else if (arriving.matches()) {
                swept += sweepPending(path.resolve(name), arrivalLock(Integer.parseInt(arriving.group(1))), locks);
            } else if (name.startsWith(DELETED)) {
                disk.remove(path.resolve(name));
                swept++;
            }
        }
        return swept;
    }

    private int sweepConsolidated(WriterLocks locks) throws IOException {
        List<String> left =
                names().stream().filter(name -> name.startsWith(CONSOLIDATED)).toList();
        Optional<WriterLocks.Held> lock = left.isEmpty() ? Optional.empty() : locks.tryLock(consolidationLock());
        if (lock.isEmpty()) {
            return 0;
        }
        try (WriterLocks.Held held = lock.get()) {
            for (String name : left) {
                disk.remove(path.resolve(name));
            }
        }
        return left.size();
    }

    private int sweepPending(Path pending, Path writer, WriterLocks locks) throws IOException {
        Optional<WriterLocks.Held> lock = locks.tryLock(writer);
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
