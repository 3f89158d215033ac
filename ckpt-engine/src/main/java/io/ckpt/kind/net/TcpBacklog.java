package io.ckpt.kind.net;

import com.google.protobuf.ByteString;
import io.ckpt.freeze.StolenFile;
import io.ckpt.freeze.StolenSocket.TcpClient;
import io.ckpt.freeze.StolenSocket.TcpStream;
import io.ckpt.image.v1.TcpEnd;
import io.ckpt.kernel.EpollEvents;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kernel.TcpState;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.Description;
import io.ckpt.procfs.InternetSockets.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The connections that wait to be accepted by a TCP socket of the job. What waits in them can be read by accepting them
 * only, after which their other ends must connect again: so all of these must be the job's, or closed, and nobody may notice.
 */
record TcpBacklog(StolenFile listener, List<Waiting> waiting, CaptureContext context) {
    private static final int FASTOPEN_CONNECT = 30;
    private static final String REMEDY = "try again when the job has accepted it";

    /**
     * One of them.
     *
     * @param client its other end, when that is on this node
     * @param file which the job has open
     */
    record Waiting(Socket server, Optional<Socket> client, Optional<StolenFile> file) {
        static Waiting of(Socket server, CaptureContext context) {
            Optional<Socket> client = context.sockets().tcp().peerOf(server);
            return new Waiting(
                    server, client, client.flatMap(end -> context.sockets().file(end.inode())));
        }

        /** True when its other end was closed here, and all that it wrote has arrived. */
        boolean isLeft() {
            return server.state() == TcpState.CLOSE_WAIT
                    && TcpRole.isLocal(server)
                    && client.filter(end -> end.inode() != 0).isEmpty();
        }

        boolean canConnectAgain() {
            return file.isPresent() || isLeft();
        }

        boolean isLoaded() {
            return bytes() > 0 && (client.isPresent() || isLeft());
        }

        /** A closed end counts as one. */
        long bytes() {
            return server.waiting() + client.map(Socket::sending).orElse(0L);
        }

        /** The kernel has not given it to the socket yet, whose queue may be full. */
        boolean isIncomplete() {
            return server.state() == TcpState.SYN_RECV;
        }
    }

    static TcpBacklog of(StolenFile listener, Socket entry, CaptureContext context) {
        List<Waiting> waiting = context.sockets().tcp().unacceptedBy(entry).stream()
                .filter(TcpRole::isUnaccepted)
                .map(server -> Waiting.of(server, context))
                .toList();
        return new TcpBacklog(listener, waiting, context);
    }

    /** The other ends of those with something in them. What cannot be carried is refused, or cut with a warning. */
    List<TcpEnd> read() {
        waiting.stream()
                .filter(one -> !one.canConnectAgain() && !one.isLoaded())
                .forEach(this::warn);
        if (waiting.stream().noneMatch(Waiting::isLoaded)) {
            return ends(Collections.nCopies(waiting.size(), TcpStream.of(new byte[0])), waiting);
        }
        Optional<String> obstacle = obstacle().or(this::haste);
        Optional<List<TcpEnd>> ends = obstacle.isEmpty() ? taken() : Optional.empty();
        if (ends.isEmpty()) {
            refuse(obstacle.orElse("and others came while it was looked at"));
        }
        return ends.orElse(List.of());
    }

    private Optional<List<TcpEnd>> taken() {
        List<Waiting> complete =
                waiting.stream().filter(one -> !one.isIncomplete()).toList();
        List<TcpClient> clients = complete.stream()
                .map(one -> new TcpClient(one.server().remote(), one.file()))
                .toList();
        if (context.isInVain()) {
            return Optional.of(List.of());
        }
        long expected = complete.stream().mapToLong(Waiting::bytes).sum();
        return listener.socket().unaccepted(clients, expected).map(streams -> ends(streams, complete));
    }

    private List<TcpEnd> ends(List<TcpStream> streams, List<Waiting> clients) {
        List<TcpEnd> ends = new ArrayList<>();
        for (int i = 0; i < streams.size(); i++) {
            Waiting one = clients.get(i);
            if (one.canConnectAgain()) {
                TcpEnd.Builder end = one.file().map(file -> open(file, one)).orElseGet(() -> closed(one));
                ends.add(end.setUnsent(ByteString.copyFrom(streams.get(i).bytes()))
                        .setUrgent(streams.get(i).urgent() + 1)
                        .build());
            }
        }
        return ends.stream().filter(TcpBacklog::hasMore).toList();
    }

    private TcpEnd.Builder open(StolenFile file, Waiting one) {
        return TcpEnd.newBuilder()
                .setFileId(context.id(file).value())
                .setSettings(Settings.rooms(file))
                .setClosed(one.client().filter(TcpBacklog::isClosed).isPresent())
                .setDeaf((file.poll(EpollEvents.RDHUP) & EpollEvents.RDHUP) != 0);
    }

    private static TcpEnd.Builder closed(Waiting one) {
        return TcpEnd.newBuilder()
                .setAddress(Endpoints.of(one.server().remote()))
                .setPeer(Endpoints.of(one.server().local()))
                .setClosed(true);
    }

    private static boolean hasMore(TcpEnd end) {
        return !end.getUnsent().isEmpty() || end.getClosed() || end.getDeaf();
    }

    private static boolean isClosed(Socket client) {
        return TcpState.hasClosedSending(client.state());
    }

    /** The job may accept them in a moment, and nobody need connect again. */
    private Optional<String> haste() {
        return context.insists() || context.isInVain() ? Optional.empty() : Optional.of("for a moment perhaps");
    }

    /** Why what waits cannot be read. */
    private Optional<String> obstacle() {
        if (!waiting.stream().allMatch(Waiting::canConnectAgain)) {
            return Optional.of("and the other end of one that waits is not in the job");
        }
        if (waiting.stream().anyMatch(one -> one.isIncomplete() && one.isLoaded())) {
            return Optional.of("in a queue that is full");
        }
        if (context.sockets().tcp().listenersOf(waiting.get(0).server()).size() > 1) {
            return Optional.of("and several sockets may accept it");
        }
        return ofJob().filter(TcpBacklog::isSignalled)
                .map(file -> "and fd " + file.number() + " sends signals (O_ASYNC)")
                .findFirst()
                .or(() -> ofJob().filter(TcpBacklog::isPeculiar)
                        .map(file -> "and fd " + file.number()
                                + " has a filter or connects with data (TCP_FASTOPEN_CONNECT)")
                        .findFirst());
    }

    private Stream<StolenFile> ofJob() {
        return Stream.concat(Stream.of(listener), waiting.stream().flatMap(one -> one.file().stream()));
    }

    private static boolean isSignalled(StolenFile file) {
        return (Description.of(file).info().flags() & OpenFlags.ASYNC) != 0;
    }

    private static boolean isPeculiar(StolenFile file) {
        return file.socket().hasBpf()
                || file.socket().filter().length > 0
                || Settings.number(file, KnownOption.TCP, FASTOPEN_CONNECT) != 0;
    }

    private void refuse(String obstacle) {
        waiting.stream()
                .filter(Waiting::isLoaded)
                .map(one -> "the connection from " + one.server().remote() + " waits to be accepted, with data in it, "
                        + obstacle)
                .forEach(reason -> Description.refuse(listener, context, reason, REMEDY));
    }

    private void warn(Waiting one) {
        context.warn("fd " + listener.number() + " of pid " + listener.process().pid() + ": the connection from "
                + one.server().remote() + ", not accepted yet, will be cut by a restart");
    }
}
