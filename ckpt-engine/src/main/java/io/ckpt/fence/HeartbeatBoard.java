package io.ckpt.fence;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The last beat of every node, a file each. Files are written in place, opened for each beat and closed: so a reader on
 * another client of NFS sees the newest one (close-to-open consistency), which a rename does not promise.
 */
final class HeartbeatBoard {
    static final String NAME = "nodes";

    private final SharedDirectory shared;

    HeartbeatBoard(SharedDirectory shared) {
        this.shared = shared;
    }

    void write(Heartbeat heartbeat) {
        try {
            Path file = shared.make(NAME).resolve(heartbeat.node().name());
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(heartbeat.line().getBytes(StandardCharsets.UTF_8)), 0);
                channel.force(true);
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** The beats that can be read now. */
    List<Heartbeat> read() {
        try (Stream<Path> files = Files.list(shared.open(NAME))) {
            return files.flatMap(file -> readOne(file).stream()).toList();
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private static Optional<Heartbeat> readOne(Path file) {
        try {
            return Heartbeat.parse(Files.readString(file));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    private static Fault failed(IOException e) {
        return new Fault(FaultCode.IO_ERROR, "heartbeats of the nodes: " + e, "look at the shared store", e);
    }
}
