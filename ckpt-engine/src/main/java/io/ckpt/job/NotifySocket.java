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

/** A socket under a well-known path where places or launchers knock. */
public final class NotifySocket implements PlaceDoor {
    private static final int ROOT_ONLY = 0600;
    private static final int EVERYBODY = 0666;

    private final PacketListener listener;

    private NotifySocket(PacketListener listener) {
        this.listener = listener;
    }

    /**
     * Where ckpt-run reports: the init of a protected job is root's. The path is taken over from a daemon that was killed;
     * that no other serves it is the caller's to know.
     */
    public static NotifySocket open(Path path) {
        return new NotifySocket(listen(path, ROOT_ONLY));
    }

    /** Where launchers of users ask for places: anybody may ask, tickets say who gets one. */
    public static PacketListener openForLaunchers(Path path) {
        return listen(path, EVERYBODY);
    }

    private static PacketListener listen(Path path, int mode) {
        try {
            Files.createDirectories(path.getParent());
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new Fault(
                    FaultCode.CONFIGURATION,
                    "socket " + path + ": " + e,
                    "set NotifySocket= and LaunchSocket= to places of root's",
                    e);
        }
        return PacketListener.listen(path, mode);
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
