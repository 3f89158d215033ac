package io.ckpt.job;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.freeze.PacketListener;
import io.ckpt.place.PacketLink;
import io.ckpt.place.SocketLink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The socket under a well-known path where ckpt-run reports. The init of a protected job is root's, and so is this. */
public final class NotifySocket implements PlaceDoor {
    private static final int ROOT_ONLY = 0600;

    private final PacketListener listener;

    private NotifySocket(PacketListener listener) {
        this.listener = listener;
    }

    /** Takes the path over from a daemon that was killed; that no other serves it is the caller's to know. */
    public static NotifySocket open(Path path) {
        try {
            Files.createDirectories(path.getParent());
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new Fault(
                    FaultCode.CONFIGURATION, "socket " + path + ": " + e, "set NotifySocket= to a place of root's", e);
        }
        return new NotifySocket(PacketListener.listen(path, ROOT_ONLY));
    }

    @Override
    public Optional<PacketLink> next() {
        return listener.accept(Optional.empty()).map(SocketLink::new);
    }

    @Override
    public void close() {
        listener.close();
    }
}
