package io.ckpt.store;

import io.ckpt.fault.Fault;
import io.ckpt.image.ImageReader;
import io.ckpt.image.Seal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * Checkpoints in a directory of a local or shared file system: {@code DIR/JOB/ID/image.tar}. The directory exists, is
 * ours and nobody else can write it.
 */
public final class DirectoryStore implements Store {
    private final StoreRoot files;
    private final Seal seal;
    private final Disk disk;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    public DirectoryStore(Path directory, Seal seal) {
        this(StorePlace.unknown(directory), seal);
    }

    public DirectoryStore(StorePlace place, Seal seal) {
        this(place, seal, new Disk(), Clock.systemUTC());
    }

    DirectoryStore(StorePlace place, Seal seal, Disk disk, Clock clock) {
        this.files = new StoreRoot(place, seal, disk);
        this.seal = seal;
        this.disk = disk;
        this.clock = clock;
    }

    @Override
    public PendingCheckpoint begin(String job, int generation) {
        CheckpointName.requireJob(job);
        return files.with("begin a checkpoint in", root -> {
            JobDirectory home = root.create(job);
            Fence fence = files.fence(home);
            fence.advance(generation);
            files.sweep(home);
            WriterLocks.Held lock = files.lock(home.lock(generation), job);
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
        return files.with(
                "list", root -> Chronology.newestFirst(look(root.home(job)).toList()));
    }

    @Override
    public List<StoredCheckpoint> list() {
        return files.with("list", root -> {
            List<StoredCheckpoint> all = new ArrayList<>();
            for (JobDirectory home : root.homes()) {
                all.addAll(look(home).toList());
            }
            return Chronology.newestFirst(all);
        });
    }

    @Override
    public StoredCheckpoint find(String id) {
        CheckpointName name = CheckpointName.parse(id);
        return files.with("look into", root -> {
            JobDirectory home = root.home(name.job());
            if (!Files.exists(home.checkpoint(id))) {
                throw CheckpointName.notFound("no checkpoint " + id + " in " + files.directory());
            }
            return home.look(id, seal);
        });
    }

    @Override
    public OptionalInt owner(String id) {
        CheckpointName name = CheckpointName.parse(id);
        return files.with("look into", root -> root.home(name.job()).owner(id));
    }

    @Override
    public byte[] note(String job, Note note) {
        CheckpointName.requireJob(job);
        return files.with(
                "read the note of job " + job + " in", root -> root.home(job).note(note));
    }

    @Override
    public void note(String job, Note note, byte[] text) {
        CheckpointName.requireJob(job);
        files.with("note something of job " + job + " in", root -> {
            root.home(job).note(note, text);
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
                .orElseThrow(() -> CheckpointName.notFound(thereIs + " no checkpoint in " + files.directory()));
    }

    private StoredCheckpoint noneGood(StoredCheckpoint newest, String thereIs, Fault damage) {
        String none = thereIs + " no good checkpoint in " + files.directory() + "; of " + newest.id() + ": ";
        throw new Fault(damage.code(), none + damage.getMessage(), damage.remedy(), damage);
    }

    @Override
    public void delete(String id) {
        StoredCheckpoint checkpoint = find(id);
        files.with("delete " + id + " from", root -> {
            JobDirectory home = root.home(checkpoint.job());
            files.fence(home).hold(() -> home.delete(id, seal));
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
        return files.with("sweep", root -> {
            int swept = 0;
            for (JobDirectory home : root.homes()) {
                swept += files.sweep(home);
            }
            return swept;
        });
    }

    /** The same of one job. */
    void sweep(String job) {
        files.with("sweep job " + job + " in", root -> {
            JobDirectory home = root.home(job);
            return Files.isDirectory(home.path()) ? files.sweep(home) : 0;
        });
    }

    @Override
    public ImageReader open(StoredCheckpoint checkpoint) {
        return files.with(
                "open " + checkpoint.id() + " in",
                root -> ImageReader.open(checkpoint.image(), seal, root.home(checkpoint.job())));
    }

    /** Lets no generation before this one write any more. */
    public void advance(String job, int generation) {
        CheckpointName.requireJob(job);
        files.with("begin run " + generation + " of job " + job + " in", root -> {
            files.fence(root.create(job)).advance(generation);
            return job;
        });
    }

    /** Lets just this generation write, whatever a former job of the same name has left. */
    public void reset(String job, int generation) {
        CheckpointName.requireJob(job);
        files.with("begin run " + generation + " of job " + job + " in", root -> {
            JobDirectory home = root.home(job);
            if (Fence.isIn(home.path())) {
                files.fence(home).reset(generation);
            }
            return job;
        });
    }

    /** Whether a generation of a job is that of the run that began last. */
    boolean isCurrent(String job, int generation) {
        return files.with("look into", root -> files.fence(root.home(job)).isCurrent(generation));
    }

    /** Notes that the shared store has a checkpoint too. */
    void markDurable(StoredCheckpoint checkpoint) {
        files.with("mark " + checkpoint.id() + " in", root -> {
            root.home(checkpoint.job()).markDurable(checkpoint.id());
            return checkpoint;
        });
    }

    boolean isMarkedDurable(StoredCheckpoint checkpoint) {
        return files.with("look into", root -> root.home(checkpoint.job()).isMarkedDurable(checkpoint.id()));
    }

    boolean has(StoredCheckpoint checkpoint) {
        return files.with(
                "look into", root -> Files.exists(root.home(checkpoint.job()).checkpoint(checkpoint.id())));
    }

    /** Whether another store is this one, by whatever path. */
    boolean isSame(DirectoryStore other) {
        return files.with("look into", root -> {
            Path others = other.files.directory();
            return Files.exists(others) && Files.isSameFile(root.path(), others);
        });
    }

    /** Names of all jobs that have, or had, a checkpoint here; other directories are nobody's business. */
    List<String> jobs() {
        return files.with("list", root -> root.homes().stream()
                .filter(home -> Fence.isIn(home.path()))
                .map(JobDirectory::job)
                .toList());
    }

    boolean knows(String job) {
        return files.with("look into", root -> Fence.isIn(root.home(job).path()));
    }

    /** Deletes a checkpoint where it is there; whether it was. */
    boolean deleteIfThere(String id) {
        CheckpointName name = CheckpointName.parse(id);
        return files.with("delete " + id + " from", root -> {
            JobDirectory home = root.home(name.job());
            boolean[] there = {false};
            if (Files.isDirectory(home.path())) {
                files.fence(home).hold(() -> {
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
        files.with("forget job " + job + " in", root -> {
            JobDirectory home = root.home(job);
            files.sweep(home);
            home.removeIfEmpty();
            return job;
        });
    }

    /** That of a node alone. */
    Claim claim() {
        return new Claim(files, disk);
    }

    /** What comes from other stores. */
    Arrivals arrivals() {
        return new Arrivals(files, seal, disk);
    }

    /** Has this node know the store again, from now on. */
    void enter() {
        files.enter();
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
        return files.with("consolidate " + id + " in", root -> {
            new ImageExchange(files, seal, disk).run(root.home(checkpoint.job()), checkpoint, rewriting);
            return find(id);
        });
    }

    private Stream<StoredCheckpoint> look(JobDirectory home) throws IOException {
        return home.ids().stream().map(id -> home.look(id, seal));
    }
}
