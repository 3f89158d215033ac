package io.ckpt.kind.net;

import io.ckpt.freeze.StolenFile;
import io.ckpt.procfs.UnixSockets;
import java.util.Optional;
import java.util.regex.Pattern;

/** Why a UNIX socket is not one end of a pair. */
final class UnixObstacles {
    static final String REMEDY =
            "close it before the checkpoint, or let the processes of the job talk over socketpair(2)";
    private static final int CONNECTED = 3;
    /** What the kernel gives a sender of credentials that has no name yet (autobind in unix(7)); it does so again. */
    private static final Pattern NAMED_BY_KERNEL = Pattern.compile("@[0-9a-f]{5}");

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
        if (!socket.name().isEmpty() && !NAMED_BY_KERNEL.matcher(socket.name()).matches()) {
            return Optional.of("it has the name " + socket.name());
        }
        return socket.state() == CONNECTED
                ? Optional.empty()
                : Optional.of("it is a UNIX socket that is not connected");
    }
}
