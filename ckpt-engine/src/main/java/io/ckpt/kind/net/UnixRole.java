package io.ckpt.kind.net;

import io.ckpt.freeze.StolenFile;
import io.ckpt.kernel.EpollEvents;
import io.ckpt.kind.CaptureContext;
import io.ckpt.procfs.UnixSockets;
import java.util.Optional;

/** What part a UNIX socket plays in its job; each but the last is a kind of its own. */
enum UnixRole {
    LISTENING,
    /** Connected to another socket of the job, or to one that is closed. */
    PAIRED,
    /** Its connection waits to be accepted by a socket of the job. */
    CONNECTING,
    /** New, bound, or a socket of datagrams that may send to a name. */
    ALONE,
    /** The other end belongs to somebody else. */
    OUTSIDE,
    /** No UNIX socket of the job's network namespace. */
    NONE;

    static final int DATAGRAM = 2;
    private static final int AF_UNIX = 1;
    private static final int CONNECTED = 3;

    static UnixRole of(StolenFile file, CaptureContext context) {
        if (!file.status().isSocket() || TcpRole.family(file) != AF_UNIX) {
            return NONE;
        }
        Optional<UnixSockets.Socket> entry =
                context.sockets().unix().byInode(file.status().inode());
        if (entry.isEmpty()) {
            return NONE;
        }
        if (entry.get().listening()) {
            return LISTENING;
        }
        if (entry.get().type() == DATAGRAM) {
            return ofDatagrams(file, context);
        }
        return entry.get().state() == CONNECTED ? ofConnection(file, context) : ALONE;
    }

    static Optional<StolenFile> peer(StolenFile file, CaptureContext context) {
        long inode = file.socket().peerInode();
        return inode == 0 ? Optional.empty() : context.sockets().file(inode);
    }

    /** The listening socket of the job at an address. */
    static Optional<StolenFile> listener(byte[] name, CaptureContext context) {
        return context.sockets().listeners().stream()
                .filter(listener -> java.util.Arrays.equals(listener.socket().name(), name))
                .findFirst();
    }

    /** The socket of datagrams of the job that is bound to a name. */
    static Optional<StolenFile> datagramSocket(byte[] name, CaptureContext context) {
        return context.sockets().unix().sockets().stream()
                .filter(socket -> socket.type() == DATAGRAM && !socket.name().isEmpty())
                .flatMap(socket -> context.sockets().file(socket.inode()).stream())
                .filter(socket -> java.util.Arrays.equals(socket.socket().name(), name))
                .findFirst();
    }

    private static UnixRole ofConnection(StolenFile file, CaptureContext context) {
        if (file.socket().peerInode() != 0) {
            return peer(file, context).isPresent() ? PAIRED : OUTSIDE;
        }
        if ((file.poll(EpollEvents.RDHUP) & EpollEvents.HUP) != 0) {
            return PAIRED;
        }
        byte[] name = file.socket().peerName().orElse(new byte[0]);
        return listener(name, context).isPresent() ? CONNECTING : OUTSIDE;
    }

    /**
     * Two that were made by socketpair(2) send to each other; all others send to a name. The state that /proc shows
     * says nothing: it is "connected" also for one that another has connected to.
     */
    private static UnixRole ofDatagrams(StolenFile file, CaptureContext context) {
        Optional<byte[]> peer = file.socket().peerName();
        if (peer.filter(name -> name.length <= UnixNames.FAMILY_BYTES).isEmpty()) {
            return ALONE;
        }
        return file.socket().peerInode() == 0 || peer(file, context).isPresent() ? PAIRED : OUTSIDE;
    }
}
