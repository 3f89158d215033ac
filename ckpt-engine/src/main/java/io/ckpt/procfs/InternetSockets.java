package io.ckpt.procfs;

import io.ckpt.kernel.InternetAddress;
import io.ckpt.kernel.TcpState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code /proc/net/tcp}, {@code tcp6}, {@code udp} and their like: the sockets of a network namespace that have a port. */
public final class InternetSockets {
    private static final String FILE = "/proc/net/tcp";
    private static final Pattern LINE = Pattern.compile(" *\\d+: ([0-9A-F]+:[0-9A-F]{4}) ([0-9A-F]+:[0-9A-F]{4})"
            + " ([0-9A-F]{2}) ([0-9A-F]{8}):([0-9A-F]{8}) [0-9A-F]+:[0-9A-F]+ [0-9A-F]+ +\\d+ +\\d+ (\\d+) .*");

    /**
     * One socket.
     *
     * @param state of TCP, by number; see {@link io.ckpt.kernel.TcpState}
     * @param sending bytes that were written and not acknowledged
     * @param waiting bytes that wait to be received; of a listening socket, connections that wait to be accepted
     * @param inode 0 when no descriptor leads to it
     */
    public record Socket(
            InternetAddress local, InternetAddress remote, int state, long sending, long waiting, long inode) {}

    private record Ends(InternetAddress local, InternetAddress remote) {}

    private final Map<Long, Socket> byInode = new HashMap<>();
    private final Map<Ends, Socket> byEnds = new HashMap<>();

    private InternetSockets() {}

    /** Several tables of one namespace together. */
    public static InternetSockets parse(List<String> texts) {
        InternetSockets sockets = new InternetSockets();
        texts.forEach(sockets::add);
        return sockets;
    }

    public Optional<Socket> byInode(long inode) {
        return Optional.ofNullable(byInode.get(inode));
    }

    /** The other end of a connection, when it lies in the same namespace. */
    public Optional<Socket> peerOf(Socket socket) {
        return Optional.ofNullable(byEnds.get(new Ends(socket.remote, socket.local)));
    }

    /** Who listens at the address of a socket. */
    public List<Socket> listenersOf(Socket socket) {
        return byInode.values().stream()
                .filter(other -> other.state == TcpState.LISTEN && hears(other.local, socket.local))
                .toList();
    }

    /** Connections that a listening socket has not accepted. */
    public List<Socket> unacceptedBy(Socket listener) {
        return byEnds.values().stream()
                .filter(socket -> socket.inode == 0 && !socket.remote.isAny() && hears(listener.local, socket.local))
                .toList();
    }

    /** Everybody at a port, whatever the address. */
    public List<Socket> atPort(int port) {
        return byInode.values().stream()
                .filter(socket -> socket.local.port() == port)
                .toList();
    }

    private static boolean hears(InternetAddress listener, InternetAddress address) {
        return listener.port() == address.port()
                && (listener.isAny() || listener.withoutScope().equals(address.withoutScope()));
    }

    private void add(String text) {
        List<String> lines = KernelText.lines(text);
        if (lines.isEmpty() || !lines.get(0).contains("local_address")) {
            throw KernelText.misread(FILE, text);
        }
        lines.subList(1, lines.size()).forEach(line -> add(socket(line)));
    }

    private void add(Socket socket) {
        byEnds.put(new Ends(socket.local, socket.remote), socket);
        if (socket.inode != 0) {
            byInode.put(socket.inode, socket);
        }
    }

    private static Socket socket(String line) {
        Matcher match = LINE.matcher(line);
        if (!match.matches()) {
            throw KernelText.misread(FILE, line);
        }
        return new Socket(
                InternetAddress.ofTable(match.group(1)),
                InternetAddress.ofTable(match.group(2)),
                (int) KernelText.hex(FILE, match.group(3)),
                KernelText.hex(FILE, match.group(4)),
                KernelText.hex(FILE, match.group(5)),
                KernelText.unsigned(FILE, match.group(6)));
    }
}
