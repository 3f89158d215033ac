package io.ckpt.job;

import com.google.protobuf.Timestamp;
import io.ckpt.fault.Fault;
import io.ckpt.image.ImageReader;
import io.ckpt.image.Seal;
import io.ckpt.image.v1.FileEntry;
import io.ckpt.image.v1.Link;
import io.ckpt.image.v1.Manifest;
import io.ckpt.image.v1.ProcessEntry;
import io.ckpt.memory.HotMemory;
import io.ckpt.store.DirectoryStore;
import io.ckpt.store.Store;
import io.ckpt.store.StorePlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The checkpoints of a node's stores, found by the names that people give them. */
final class Checkpoints {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);

    private final StorePlace configured;
    private final Optional<Path> own;
    private final Seal seal;
    /** One for each directory: its locks are the whole process's. */
    private final Map<Path, DirectoryStore> stores = new ConcurrentHashMap<>();

    /**
     * @param configured where checkpoints lie when no other store is named
     * @param own where checkpoints lie that only this node has
     */
    Checkpoints(StorePlace configured, Optional<Path> own, Seal seal) {
        this.configured = configured;
        this.own = own.map(path -> path.toAbsolutePath().normalize());
        this.seal = seal;
    }

    Path directory(Optional<Path> asked) {
        return asked.orElse(configured.directory()).toAbsolutePath().normalize();
    }

    /** Bytes that root may still write to a store; none when that cannot be told. */
    long room(Optional<Path> asked) {
        try {
            return Files.getFileStore(directory(asked)).getUsableSpace();
        } catch (IOException e) {
            return 0;
        }
    }

    DirectoryStore store(Optional<Path> asked) {
        return stores.computeIfAbsent(directory(asked), path -> new DirectoryStore(place(path), seal));
    }

    private StorePlace place(Path path) {
        return path.equals(configured.directory()) ? configured : StorePlace.unknown(path);
    }

    /** Good ones only, oldest first. */
    List<StoredCheckpoint> list(StoreQuery query) {
        List<io.ckpt.store.StoredCheckpoint> found = new ArrayList<>(good(query));
        Collections.reverse(found);
        return found.stream()
                .map(each -> describe(directory(query.store()), each))
                .toList();
    }

    /** Newest first. */
    List<io.ckpt.store.StoredCheckpoint> good(StoreQuery query) {
        Store store = store(query.store());
        return query.job().map(store::list).orElseGet(store::list).stream()
                .filter(io.ckpt.store.StoredCheckpoint::isGood)
                .toList();
    }

    /** What the last ones of a job took; nothing where that cannot be told. */
    CheckpointHistory history(Optional<Path> asked, String job) {
        try {
            return CheckpointHistory.parse(store(asked).note(job, Store.Note.HISTORY));
        } catch (Fault fault) {
            LOG.info("job {}: {}; {}", job, fault.getMessage(), fault.remedy());
            return CheckpointHistory.NONE;
        }
    }

    /** A checkpoint is none the worse for not being remembered. */
    void remember(Optional<Path> asked, String job, CheckpointHistory history) {
        try {
            store(asked).note(job, Store.Note.HISTORY, history.bytes());
        } catch (Fault fault) {
            LOG.warn("job {}: {}; {}", job, fault.getMessage(), fault.remedy());
        }
    }

    /** What a job waited for when it was restarted lazily; nothing where that cannot be told. */
    HotMemory hot(Optional<Path> asked, String job) {
        try {
            return HotMemory.parse(store(asked).note(job, Store.Note.HOT_PAGES));
        } catch (Fault fault) {
            LOG.info("job {}: {}; {}", job, fault.getMessage(), fault.remedy());
            return HotMemory.NONE;
        }
    }

    /** A restart is none the worse for not being remembered. */
    void remember(Optional<Path> asked, String job, HotMemory hot) {
        try {
            store(asked).note(job, Store.Note.HOT_PAGES, hot.bytes());
        } catch (Fault fault) {
            LOG.info("job {}: {}; {}", job, fault.getMessage(), fault.remedy());
        }
    }

    /** Those that {@link #list} leaves out. */
    List<DamagedCheckpoint> damaged(StoreQuery query) {
        Store store = store(query.store());
        return query.job().map(store::list).orElseGet(store::list).stream()
                .flatMap(each -> each.damage().stream()
                        .map(fault -> new DamagedCheckpoint(
                                each.id(), each.job(), each.begun(), store.owner(each.id()), fault.getMessage())))
                .toList();
    }

    StoredCheckpoint describe(Path directory, io.ckpt.store.StoredCheckpoint stored) {
        Manifest manifest = good(stored);
        return new StoredCheckpoint(
                stored.id(),
                stored.job(),
                manifest.getOwnerUid(),
                manifest.getOwnerGid(),
                instant(manifest.getCreateTime()),
                directory,
                manifest.getNode().getHostname(),
                (int) living(manifest).count(),
                living(manifest).mapToInt(ProcessEntry::getTidsCount).sum(),
                Duration.ofNanos(manifest.getFigures().getFrozenNs()),
                manifest.getFigures().getMemoryBytes(),
                manifest.getFilesList().stream().mapToLong(FileEntry::getSize).sum(),
                manifest.getFigures().getStrategy(),
                manifest.getFigures().getStrategyReason(),
                manifest.getFigures().getCompression(),
                manifest.getFigures().getCompressionReason(),
                manifest.getGeneration(),
                new JobTime(
                        instant(manifest.getJobBorn()),
                        Duration.ofNanos(manifest.getClocks().getMonotonicNs())),
                own.filter(directory::equals).isEmpty(),
                manifest.getLinksList().stream().map(Link::getCheckpointId).toList());
    }

    io.ckpt.store.StoredCheckpoint find(CheckpointName name) {
        Store store = store(name.store());
        if (name.selector() instanceof CheckpointName.Id wanted) {
            return store.find(wanted.id());
        } else if (name.selector() instanceof CheckpointName.LatestOf wanted) {
            return store.latest(wanted.job());
        }
        return store.latest();
    }

    /** Opened for reading, seal and index checked. */
    ImageReader open(Optional<Path> asked, io.ckpt.store.StoredCheckpoint stored) {
        good(stored);
        return store(asked).open(stored);
    }

    private static Manifest good(io.ckpt.store.StoredCheckpoint stored) {
        return stored.manifest().orElseThrow(() -> stored.damage().orElseThrow());
    }

    private static java.util.stream.Stream<ProcessEntry> living(Manifest manifest) {
        return manifest.getProcessesList().stream().filter(process -> !process.hasExitStatus());
    }

    private static Instant instant(Timestamp time) {
        return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    }
}
