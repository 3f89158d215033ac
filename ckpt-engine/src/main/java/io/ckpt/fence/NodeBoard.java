package io.ckpt.fence;

import com.google.protobuf.InvalidProtocolBufferException;
import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.image.v1.NodeFacts;
import io.ckpt.store.DurableFile;
import io.ckpt.store.StorePlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What each node of the cluster is like, a file each beside the leases; its daemon writes it when it starts. */
public final class NodeBoard {
    private static final String NAME = "facts";

    private final SharedDirectory shared;

    public NodeBoard(StorePlace store) {
        this.shared = new SharedDirectory(store);
    }

    /**
     * One node.
     *
     * @param beat when it last said that it lives, by the clock of the shared directory
     */
    public record Entry(String node, NodeFacts facts, Optional<Instant> beat) {}

    public void write(String node, NodeFacts about) {
        try {
            new DurableFile(shared.make(NAME).resolve(node)).replace(about.toByteArray());
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** In the order of their names; none where no daemon has ever begun. */
    public List<Entry> read() {
        try (Stream<Path> files = Files.list(shared.open(NAME))) {
            return files.filter(file -> !file.getFileName().toString().startsWith("."))
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
            return Optional.of(
                    Files.getLastModifiedTime(shared.open(HeartbeatBoard.NAME).resolve(node))
                            .toInstant());
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }

    private static Fault failed(IOException e) {
        return new Fault(FaultCode.IO_ERROR, "facts of the nodes: " + e, "look at the shared store", e);
    }
}
