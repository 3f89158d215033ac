package io.ckpt.kind.net;

import io.ckpt.freeze.StolenFile;
import io.ckpt.kernel.EpollEvents;
import io.ckpt.kernel.InternetAddress;
import io.ckpt.kernel.TcpState;
import io.ckpt.kind.CaptureContext;
import io.ckpt.procfs.InternetSockets;
import java.util.Optional;
import java.util.Set;

/** What part a TCP socket plays in its job; each is a kind of its own. */
enum TcpRole {
    LISTENING,
    /** New, bound, or what is left of a connection. */
    IDLE,
    /** It waits for the other side, or nobody has accepted it there. */
    CONNECTING,
    /** The other end is in the job, or was closed on this node. */
    CONNECTED,
    /** The other end belongs to somebody else. */
    OUTSIDE,
    /** No TCP socket of the job's network namespace. */
    NONE;

    private static final int SOCK_STREAM = 1;
    private static final int TYPE = 3;
    private static final int PROTOCOL = 38;
    private static final int DOMAIN = 39;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_INFO = 11;
    private static final Set<Integer> UNACCEPTED = Set.of(TcpState.ESTABLISHED, TcpState.CLOSE_WAIT, TcpState.SYN_RECV);

    static TcpRole of(StolenFile file, CaptureContext context) {
        if (!file.status().isSocket() || !isTcp(file)) {
            return NONE;
        }
        return switch (state(file)) {
            case TcpState.LISTEN -> LISTENING;
            case TcpState.CLOSE -> IDLE;
            default ->
                entry(file, context).map(entry -> ofConnected(entry, context)).orElse(NONE);
        };
    }

    static int family(StolenFile file) {
        return Settings.number(file, KnownOption.SOCKET, DOMAIN);
    }

    static int state(StolenFile file) {
        return file.socket()
                .option(KnownOption.TCP, TCP_INFO, 1)
                .map(value -> (int) value[0])
                .orElse(TcpState.CLOSE);
    }

    static Optional<InternetSockets.Socket> entry(StolenFile file, CaptureContext context) {
        return context.sockets().tcp().byInode(file.status().inode());
    }

    /** True for an end that exists and waits to be accepted. */
    static boolean isUnaccepted(InternetSockets.Socket socket) {
        return socket.inode() == 0 && UNACCEPTED.contains(socket.state());
    }

    /** True when it has, or had, another end. */
    static boolean isConnected(StolenFile file) {
        if (!isTcp(file) || state(file) == TcpState.LISTEN) {
            return false;
        }
        return state(file) != TcpState.CLOSE || (file.poll(EpollEvents.RDHUP) & EpollEvents.RDHUP) != 0;
    }

    static boolean isTcp(StolenFile file) {
        int family = family(file);
        return (family == InternetAddress.INET || family == InternetAddress.INET6)
                && Settings.number(file, KnownOption.SOCKET, TYPE) == SOCK_STREAM
                && Settings.number(file, KnownOption.SOCKET, PROTOCOL) == IPPROTO_TCP;
    }

    private static TcpRole ofConnected(InternetSockets.Socket own, CaptureContext context) {
        if (own.state() == TcpState.SYN_SENT) {
            return CONNECTING;
        }
        Optional<InternetSockets.Socket> peer = context.sockets().tcp().peerOf(own);
        if (peer.isEmpty()) {
            return isLocal(own) ? CONNECTED : OUTSIDE;
        }
        if (isUnaccepted(peer.get())) {
            return isAwaited(peer.get(), context) ? CONNECTING : OUTSIDE;
        }
        long inode = peer.get().inode();
        return inode == 0 || context.sockets().file(inode).isPresent() ? CONNECTED : OUTSIDE;
    }

    /** True when its other end is, or was, on this node. */
    static boolean isLocal(InternetSockets.Socket own) {
        return own.remote().isLoopback()
                || own.remote().withPort(0).equals(own.local().withPort(0));
    }

    /** True when the job itself will accept it. */
    private static boolean isAwaited(InternetSockets.Socket unaccepted, CaptureContext context) {
        return context.sockets().tcp().listenersOf(unaccepted).stream()
                .anyMatch(listener -> context.sockets().file(listener.inode()).isPresent());
    }
}
