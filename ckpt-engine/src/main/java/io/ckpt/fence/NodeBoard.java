package io.ckpt.fence;

import com.google.protobuf.InvalidProtocolBufferException;
import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.image.v1.NodeFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What each node of the cluster is like, a file each beside the leases; its daemon writes it when it starts. */
public final class NodeBoard {
    private static final String DRAFT = ".draft-";

    private final SharedDirectory shared;
    private final Path facts;
    private final Path beats;

    /** @param directory see {@link Fence#shared} */
    public NodeBoard(Path directory) {
        this.shared = new SharedDirectory(directory);
        this.facts = shared.resolve("facts");
        this.beats = directory.resolve("nodes");
    }

    /**
     * One node.
     *
     * @param beat when it last said that it lives, by the clock of the shared directory
     */
    public record Entry(String node, NodeFacts facts, Optional<Instant> beat) {}

    public void write(String node, NodeFacts about) {
        Path draft = facts.resolve(DRAFT + node);
        try {
            shared.make(facts);
            Files.write(draft, about.toByteArray());
            Files.move(draft, facts.resolve(node), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** In the order of their names; none where no daemon has ever begun. */
    public List<Entry> read() {
        try (Stream<Path> files = Files.list(facts)) {
            return files.filter(file -> !file.getFileName().toString().startsWith(DRAFT))
                    .flatMap(file -> readOne(file).stream())
                    .sorted(Comparator.comparing(Entry::node))
                    .toList();
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private Optional<Entry> readOne(Path file) {
        String node = file.getFileName().toString();
        try {
            return Optional.of(new Entry(node, NodeFacts.parseFrom(Files.readAllBytes(file)), lastBeat(node)));
        } catch (InvalidProtocolBufferException | NoSuchFileException unreadable) {
            return Optional.empty();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private Optional<Instant> lastBeat(String node) throws IOException {
        try {
            return Optional.of(Files.getLastModifiedTime(beats.resolve(node)).toInstant());
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }

    private Fault failed(IOException e) {
        return new Fault(FaultCode.IO_ERROR, "nodes in " + facts + ": " + e, "look at the shared store", e);
    }
}
