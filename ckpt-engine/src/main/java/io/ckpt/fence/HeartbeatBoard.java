package io.ckpt.fence;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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
    private final SharedDirectory shared;
    private final Path directory;

    HeartbeatBoard(SharedDirectory shared) {
        this.shared = shared;
        this.directory = shared.resolve("nodes");
    }

    void write(Heartbeat heartbeat) {
        Path file = directory.resolve(heartbeat.node().name());
        try {
            shared.make(directory);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(heartbeat.line().getBytes(StandardCharsets.UTF_8)), 0);
                channel.force(true);
            }
        } catch (IOException e) {
            throw new Fault(FaultCode.IO_ERROR, "heartbeat " + file + ": " + e, "look at the shared store", e);
        }
    }

    /** The beats that can be read now. */
    List<Heartbeat> read() {
        try (Stream<Path> files = Files.list(directory)) {
            return files.flatMap(file -> readOne(file).stream()).toList();
        } catch (IOException e) {
            throw new Fault(FaultCode.IO_ERROR, "heartbeats in " + directory + ": " + e, "look at the shared store", e);
        }
    }

    private static Optional<Heartbeat> readOne(Path file) {
        try {
            return Heartbeat.parse(Files.readString(file));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }
}
