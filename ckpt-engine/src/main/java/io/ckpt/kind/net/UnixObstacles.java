package io.ckpt.kind.net;

import io.ckpt.freeze.StolenFile;
import io.ckpt.procfs.UnixSockets;
import java.util.Optional;

/** Why a UNIX socket is not one end of a pair. */
final class UnixObstacles {
    static final String REMEDY =
            "close it before the checkpoint, or let the processes of the job talk over socketpair(2)";
    private static final int CONNECTED = 3;

    private UnixObstacles() {}

    static Optional<String> of(StolenFile file, UnixSockets sockets) {
        return sockets.byInode(file.status().inode())
                .map(UnixObstacles::reason)
                .orElse(Optional.of("it belongs to another network namespace"));
    }

    private static Optional<String> reason(UnixSockets.Socket socket) {
        if (socket.listening()) {
            return Optional.of("it waits for connections at " + socket.name());
        }
        if (!socket.name().isEmpty()) {
            return Optional.of("it has the name " + socket.name());
        }
        return socket.state() == CONNECTED
                ? Optional.empty()
                : Optional.of("it is a UNIX socket that is not connected");
    }
}
