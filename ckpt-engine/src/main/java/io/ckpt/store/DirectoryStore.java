package io.ckpt.store;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.image.Buffers;
import io.ckpt.image.ExtentReader;
import io.ckpt.image.ImageFormat;
import io.ckpt.image.ImageReader;
import io.ckpt.image.ImageWriter;
import io.ckpt.image.Ownership;
import io.ckpt.image.Seal;
import io.ckpt.image.v1.Manifest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Checkpoints in a directory of a local or shared file system: {@code DIR/JOB/ID/image.tar}. The directory exists, is
 * ours and nobody else can write it.
 */
public final class DirectoryStore implements Store {
    private final StorePlace place;
    private final Seal seal;
    private final Disk disk;
    private final Clock clock;
    private final WriterLocks locks;
    private final SecureRandom random = new SecureRandom();

    public DirectoryStore(Path directory, Seal seal) {
        this(StorePlace.unknown(directory), seal);
    }

    public DirectoryStore(StorePlace place, Seal seal) {
        this(place, seal, new Disk(), Clock.systemUTC());
    }

    DirectoryStore(StorePlace place, Seal seal, Disk disk, Clock clock) {
        this.place = place;
        this.seal = seal;
        this.disk = disk;
        this.clock = clock;
        this.locks = new WriterLocks(disk);
    }

    /** Something done to the file system. */
    interface Action<T> {
        T run(Path root) throws IOException;
    }

    @Override
    public PendingCheckpoint begin(String job, int generation) {
        CheckpointName.requireJob(job);
        return with("begin a checkpoint in", root -> {
            JobDirectory home = createHome(root, job);
            Fence fence = fence(home);
            fence.advance(generation);
            sweep(home);
            WriterLocks.Held lock = locks.tryLock(home.lock(generation)).orElseThrow(() -> busy(job));
            try {
                Instant time = clock.instant().truncatedTo(ChronoUnit.MILLIS);
                CheckpointName name = unused(home, time);
                Path pending = home.pending(generation, name.id());
                disk.createDirectory(pending);
                return new PendingDirectory(home, pending, name.id(), time, generation, fence, lock, seal);
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        });
    }

    /** Two of one second may be called the same. */
    private CheckpointName unused(JobDirectory home, Instant time) {
        CheckpointName name = CheckpointName.fresh(home.job(), time, random);
        while (Files.exists(home.checkpoint(name.id()))) {
            name = CheckpointName.fresh(home.job(), time, random);
        }
        return name;
    }

    @Override
    public List<StoredCheckpoint> list(String job) {
        CheckpointName.requireJob(job);
        return with("list", root -> Chronology.newestFirst(look(home(root, job)).toList()));
    }

    @Override
    public List<StoredCheckpoint> list() {
        return with("list", root -> {
            List<StoredCheckpoint> all = new ArrayList<>();
            for (JobDirectory home : homes(root)) {
                all.addAll(look(home).toList());
            }
            return Chronology.newestFirst(all);
        });
    }

    @Override
    public StoredCheckpoint find(String id) {
        CheckpointName name = CheckpointName.parse(id);
        return with("look into", root -> {
            JobDirectory home = home(root, name.job());
            if (!Files.exists(home.checkpoint(id))) {
                throw CheckpointName.notFound("no checkpoint " + id + " in " + place.directory());
            }
            return home.look(id, seal);
        });
    }

    @Override
    public OptionalInt owner(String id) {
        CheckpointName name = CheckpointName.parse(id);
        return with("look into", root -> home(root, name.job()).owner(id));
    }

    @Override
    public byte[] note(String job, Note note) {
        CheckpointName.requireJob(job);
        return with(
                "read the note of job " + job + " in", root -> home(root, job).note(note));
    }

    @Override
    public void note(String job, Note note, byte[] text) {
        CheckpointName.requireJob(job);
        with("note something of job " + job + " in", root -> {
            home(root, job).note(note, text);
            return job;
        });
    }

    @Override
    public StoredCheckpoint latest(String job) {
        return latest(list(job), "job " + job + " has");
    }

    @Override
    public StoredCheckpoint latest() {
        return latest(list(), "there is");
    }

    private StoredCheckpoint latest(List<StoredCheckpoint> goodFirst, String thereIs) {
        return goodFirst.stream()
                .findFirst()
                .map(first -> first.damage()
                        .map(damage -> noneGood(first, thereIs, damage))
                        .orElse(first))
                .orElseThrow(() -> CheckpointName.notFound(thereIs + " no checkpoint in " + place.directory()));
    }

    private StoredCheckpoint noneGood(StoredCheckpoint newest, String thereIs, Fault damage) {
        String none = thereIs + " no good checkpoint in " + place.directory() + "; of " + newest.id() + ": ";
        throw new Fault(damage.code(), none + damage.getMessage(), damage.remedy(), damage);
    }

    @Override
    public void delete(String id) {
        StoredCheckpoint checkpoint = find(id);
        with("delete " + id + " from", root -> {
            JobDirectory home = home(root, checkpoint.job());
            fence(home).hold(() -> home.delete(id, seal));
            return id;
        });
    }

    @Override
    public List<String> prune(String job, int keep) {
        List<String> old = list(job).stream()
                .filter(StoredCheckpoint::isGood)
                .skip(keep)
                .map(StoredCheckpoint::id)
                .toList();
        old.forEach(this::delete);
        return old;
    }

    @Override
    public List<String> deleteDamaged(String job, Instant before) {
        List<String> damaged = list(job).stream()
                .filter(checkpoint -> !checkpoint.isGood())
                .map(StoredCheckpoint::id)
                .filter(id -> CheckpointName.parse(id).time().isBefore(before.truncatedTo(ChronoUnit.SECONDS)))
                .toList();
        damaged.forEach(this::delete);
        return damaged;
    }

    @Override
    public int sweep() {
        return with("sweep", root -> {
            int swept = 0;
            for (JobDirectory home : homes(root)) {
                swept += sweep(home);
            }
            return swept;
        });
    }

    /** The same of one job. */
    void sweep(String job) {
        with("sweep job " + job + " in", root -> {
            JobDirectory home = home(root, job);
            return Files.isDirectory(home.path()) ? sweep(home) : 0;
        });
    }

    private int sweep(JobDirectory home) throws IOException {
        int swept = home.sweep(locks);
        int[] unneeded = {0};
        fence(home).hold(() -> unneeded[0] = home.removeUnneeded(seal));
        return swept + unneeded[0];
    }

    @Override
    public ImageReader open(StoredCheckpoint checkpoint) {
        return with(
                "open " + checkpoint.id() + " in",
                root -> ImageReader.open(checkpoint.image(), seal, home(root, checkpoint.job())));
    }

    /** Lets no generation before this one write any more. */
    public void advance(String job, int generation) {
        CheckpointName.requireJob(job);
        with("begin run " + generation + " of job " + job + " in", root -> {
            fence(createHome(root, job)).advance(generation);
            return job;
        });
    }

    /** Lets just this generation write, whatever a former job of the same name has left. */
    public void reset(String job, int generation) {
        CheckpointName.requireJob(job);
        with("begin run " + generation + " of job " + job + " in", root -> {
            JobDirectory home = home(root, job);
            if (Fence.isIn(home.path())) {
                fence(home).reset(generation);
            }
            return job;
        });
    }

    /** Whether a generation of a job is that of the run that began last. */
    boolean isCurrent(String job, int generation) {
        return with("look into", root -> fence(home(root, job)).isCurrent(generation));
    }

    /** Brings bytes from one file to another; may take its time. */
    public interface Carrier {
        void carry(FileChannel from, FileChannel into) throws IOException;
    }

    /**
     * Takes a checkpoint of another store over, byte for byte and under its name. It is seen when it is whole and durable
     * and all its hashes hold.
     *
     * @param stillThere asked when nothing else stands against it
     * @throws Fault NOT_PERMITTED when a newer generation has begun; IMAGE_DAMAGED when a hash does not hold, or others
     *     are not here that it needs; NOT_FOUND when it is no longer there; BUSY while another of its run is taken over
     */
    StoredCheckpoint receive(StoredCheckpoint from, Carrier carrier, BooleanSupplier stillThere) {
        Manifest manifest = from.manifest().orElseThrow();
        return with("bring " + from.id() + " to", root -> {
            JobDirectory home = createHome(root, from.job());
            Fence fence = fence(home);
            fence.admit(manifest.getGeneration());
            Optional<StoredCheckpoint> here = arrived(home, fence, from.id());
            if (here.isPresent()) {
                return here.get();
            }
            sweep(home);
            try (PendingDirectory arriving = arriving(home, fence, manifest)) {
                bring(from.image(), arriving, carrier);
                verify(arriving.image(), home);
                return arriving.commit(() -> {
                    root();
                    if (!stillThere.getAsBoolean()) {
                        throw CheckpointName.notFound("checkpoint " + from.id() + " was deleted on its way");
                    }
                });
            }
        });
    }

    /** What has come before; one that is damaged gives way. */
    private Optional<StoredCheckpoint> arrived(JobDirectory home, Fence fence, String id) throws IOException {
        if (!Files.exists(home.checkpoint(id))) {
            return Optional.empty();
        }
        StoredCheckpoint here = home.look(id, seal);
        if (here.damage().isPresent()) {
            here.requireDamage();
            fence.hold(() -> home.delete(id, seal));
        }
        return Optional.of(here).filter(StoredCheckpoint::isGood);
    }

    private PendingDirectory arriving(JobDirectory home, Fence fence, Manifest manifest) throws IOException {
        String id = manifest.getCheckpointId();
        int generation = manifest.getGeneration();
        WriterLocks.Held lock = locks.tryLock(home.arrivalLock(generation)).orElseThrow(() -> busy(home.job()));
        try {
            Path pending = home.arriving(generation, id);
            disk.createDirectory(pending);
            return new PendingDirectory(home, pending, id, created(manifest), generation, fence, lock, seal);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static void bring(Path image, PendingCheckpoint arriving, Carrier carrier) throws IOException {
        try (FileChannel from = FileChannel.open(image, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
                FileChannel into = arriving.createImage()) {
            carrier.carry(from, into);
        }
    }

    /** Everything but what lies in the images that it needs. */
    private void verify(Path image, JobDirectory home) {
        try (ImageReader reader = ImageReader.open(image, seal, home);
                ExtentReader extents = reader.extentReader()) {
            reader.objects();
            reader.extents().stream().filter(extent -> extent.getLink() == 0).forEach(extents::read);
        }
    }

    /** Whether all is here that a checkpoint of another store needs. */
    boolean holdsLinksOf(StoredCheckpoint from) {
        return with("look into", root -> {
            try {
                ImageReader.requireLinks(from.image(), from.manifest().orElseThrow(), seal, home(root, from.job()));
                return true;
            } catch (Fault fault) {
                if (fault.code() != FaultCode.IMAGE_DAMAGED) {
                    throw fault;
                }
                return false;
            }
        });
    }

    /** Notes that the shared store has a checkpoint too. */
    void markDurable(StoredCheckpoint checkpoint) {
        with("mark " + checkpoint.id() + " in", root -> {
            home(root, checkpoint.job()).markDurable(checkpoint.id());
            return checkpoint;
        });
    }

    boolean isMarkedDurable(StoredCheckpoint checkpoint) {
        return with("look into", root -> home(root, checkpoint.job()).isMarkedDurable(checkpoint.id()));
    }

    boolean has(StoredCheckpoint checkpoint) {
        return with(
                "look into", root -> Files.exists(home(root, checkpoint.job()).checkpoint(checkpoint.id())));
    }

    /** Whether another store is this one, by whatever path. */
    boolean isSame(DirectoryStore other) {
        return with("look into", root -> {
            Path others = other.place.directory();
            return Files.exists(others) && Files.isSameFile(root, others);
        });
    }

    /** Names of all jobs that have, or had, a checkpoint here; other directories are nobody's business. */
    List<String> jobs() {
        return with("list", root -> homes(root).stream()
                .filter(home -> Fence.isIn(home.path()))
                .map(JobDirectory::job)
                .toList());
    }

    /** Deletes a checkpoint where it is there; whether it was. */
    boolean deleteIfThere(String id) {
        CheckpointName name = CheckpointName.parse(id);
        return with("delete " + id + " from", root -> {
            JobDirectory home = home(root, name.job());
            boolean[] there = {false};
            if (Files.isDirectory(home.path())) {
                fence(home).hold(() -> {
                    there[0] = Files.exists(home.checkpoint(id));
                    if (there[0]) {
                        home.delete(id, seal);
                    }
                });
            }
            return there[0];
        });
    }

    /** Removes what is left of a job that has no checkpoint here, and nothing that is not of a store. */
    void forget(String job) {
        with("forget job " + job + " in", root -> {
            JobDirectory home = home(root, job);
            sweep(home);
            home.removeIfEmpty();
            return job;
        });
    }

    /** That of a node alone. */
    Claim claim() {
        return new Claim(this, disk);
    }

    /** Has this node know the store again, from now on. */
    void enter() {
        with("look into", root -> place.enter());
    }

    <T> T with(String what, Action<T> action) {
        try {
            return action.run(root());
        } catch (IOException e) {
            throw Fault.io(what + " " + place.directory(), e);
        }
    }

    private Path root() throws IOException {
        Path root = place.require();
        Ownership.require(root);
        return root;
    }

    @Override
    public StoredCheckpoint consolidate(String id, Rewriting rewriting) {
        StoredCheckpoint checkpoint = find(id);
        if (checkpoint
                .manifest()
                .filter(manifest -> manifest.getLinksCount() == 0)
                .isPresent()) {
            return checkpoint;
        }
        return with("consolidate " + id + " in", root -> {
            JobDirectory home = home(root, checkpoint.job());
            WriterLocks.Held lock = locks.tryLock(home.consolidationLock()).orElseThrow(() -> busy(checkpoint.job()));
            try (WriterLocks.Held held = lock;
                    ImageReader from = open(checkpoint)) {
                consolidate(home, from, rewriting);
            }
            return find(id);
        });
    }

    private void consolidate(JobDirectory home, ImageReader from, Rewriting rewriting) throws IOException {
        String id = from.manifest().getCheckpointId();
        Path fresh = home.consolidated(id);
        disk.remove(fresh);
        try (ImageWriter into =
                new ImageWriter(fresh, disk.createFile(fresh), created(from.manifest()), new Buffers(0))) {
            rewriting.write(from, into);
            disk.sync(fresh);
            ImageReader.manifest(fresh, seal);
            fence(home).hold(() -> {
                Path own = home.checkpoint(id).resolve(ImageFormat.FILE);
                if (!Files.exists(own) || !ImageReader.link(own, seal).equals(from.link())) {
                    throw CheckpointName.notFound("checkpoint " + id + " is no longer what it was");
                }
                home.replaceImage(id, fresh);
            });
        } finally {
            disk.remove(fresh);
        }
    }

    private Fence fence(JobDirectory home) {
        return new Fence(disk, home.path(), locks);
    }

    private JobDirectory home(Path root, String job) {
        return new JobDirectory(job, root.resolve(job), disk);
    }

    private JobDirectory createHome(Path root, String job) throws IOException {
        JobDirectory home = home(root, job);
        try {
            disk.createDirectory(home.path());
            disk.sync(root);
        } catch (FileAlreadyExistsException e) {
            Ownership.require(home.path());
        }
        return home;
    }

    private List<JobDirectory> homes(Path root) throws IOException {
        return Disk.children(root).stream()
                .filter(Files::isDirectory)
                .map(child -> child.getFileName().toString())
                .filter(CheckpointName::isJob)
                .map(job -> home(root, job))
                .toList();
    }

    private Stream<StoredCheckpoint> look(JobDirectory home) throws IOException {
        return home.ids().stream().map(id -> home.look(id, seal));
    }

    private static Instant created(Manifest manifest) {
        return Instant.ofEpochSecond(
                manifest.getCreateTime().getSeconds(), manifest.getCreateTime().getNanos());
    }

    private static Fault busy(String job) {
        return new Fault(
                FaultCode.BUSY,
                "another checkpoint of job " + job + " is being written",
                "wait until it has ended; ckptctl status shows it");
    }
}
