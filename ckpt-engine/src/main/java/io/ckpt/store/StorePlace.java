package io.ckpt.store;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a store lies, and the mark by which this node knows it again: a line {@code MARK PATH} in a file of the node's
 * own. A directory without that mark is what is seen there while the store's file system is not mounted. Safe for threads.
 */
public final class StorePlace {
    private static final Logger LOG = LoggerFactory.getLogger(StorePlace.class);

    private final Path directory;
    private final Optional<Path> memory;
    private final Disk disk;

    StorePlace(Path directory, Optional<Path> memory, Disk disk) {
        this.directory = directory.toAbsolutePath().normalize();
        this.memory = memory;
        this.disk = disk;
    }

    /** Whatever lies there is the store. */
    public static StorePlace unknown(Path directory) {
        return new StorePlace(directory, Optional.empty(), new Disk());
    }

    /** @param memory file in which this node notes which stores it knows */
    public static StorePlace known(Path directory, Path memory) {
        return new StorePlace(directory, Optional.of(memory), new Disk());
    }

    public Path directory() {
        return directory;
    }

    /**
     * The real path of the store.
     *
     * @throws Fault NOT_FOUND when nothing lies there; IO_ERROR when it is not the store that this node knows
     */
    public Path require() throws IOException {
        if (!Files.exists(directory)) {
            throw new Fault(
                    FaultCode.NOT_FOUND, "the store " + directory + " does not exist", "mkdir -m 700 " + directory);
        }
        Path root = directory.toRealPath();
        if (!Files.isDirectory(root)) {
            throw new NotDirectoryException(root.toString());
        }
        requireMark(root);
        return root;
    }

    /** The same; where this node knows no store yet, it knows this one from now on. */
    public synchronized Path enter() throws IOException {
        Path root = require();
        if (memory.isPresent() && mark().isEmpty()) {
            learn(root, memory.get());
        }
        return root;
    }

    private void requireMark(Path root) throws IOException {
        Optional<String> mark = mark();
        if (mark.isPresent() && !mark.get().equals(StoreMark.read(root))) {
            throw new Fault(
                    FaultCode.IO_ERROR,
                    "what lies at " + directory + " is not the store that was there before",
                    "mount it; if another shall take its place, remove its line from " + memory.orElseThrow());
        }
    }

    private void learn(Path root, Path notes) throws IOException {
        boolean isNew = StoreMark.read(root).isEmpty();
        String mark = StoreMark.readOrMake(root, disk);
        List<String> lines = new ArrayList<>(lines());
        lines.add(mark + " " + directory);
        new DurableFile(notes, disk).replace(String.join("\n", lines) + "\n");
        if (isNew) {
            LOG.warn("{} had no mark of a store: it is taken for a new one", directory);
        }
    }

    private Optional<String> mark() throws IOException {
        return lines().stream()
                .map(line -> line.split(" ", 2))
                .filter(words -> words[words.length - 1].equals(directory.toString()))
                .map(words -> words[0])
                .findFirst();
    }

    private List<String> lines() throws IOException {
        return memory.isPresent() && Files.exists(memory.get()) ? Files.readAllLines(memory.get()) : List.of();
    }
}
