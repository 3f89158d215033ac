package io.ckpt.kind.net;

import com.google.protobuf.ByteString;
import io.ckpt.freeze.StolenFile;
import io.ckpt.freeze.StolenSocket.Direction;
import io.ckpt.freeze.StolenSocket.TcpQueue;
import io.ckpt.freeze.StolenSocket.TcpStream;
import io.ckpt.image.v1.TcpConnection;
import io.ckpt.image.v1.TcpEnd;
import io.ckpt.kernel.EpollEvents;
import io.ckpt.kernel.TcpState;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.Description;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.procfs.InternetSockets;
import java.util.Optional;

/**
 * A TCP connection between two sockets of the job, or to one that was closed on this node. Where each byte is on its way
 * does not matter then: the image keeps what one end wrote and the other has not received.
 */
public final class TcpConnectionKind implements ObjectKind<StolenFile, TcpConnection> {
    /** What a closed end still owes is its FIN, which counts as a byte. */
    private static final int FIN = 1;

    /** What the kernel accounts for a byte that waits, at most. */
    private static final int ROOM_PER_BYTE = 4;

    @Override
    public String name() {
        return "tcp-connection";
    }

    @Override
    public TcpConnection emptyState() {
        return TcpConnection.getDefaultInstance();
    }

    @Override
    public boolean accepts(StolenFile file, CaptureContext context) {
        return TcpRole.of(file, context) == TcpRole.CONNECTED;
    }

    @Override
    public TcpConnection capture(StolenFile file, CaptureContext context) {
        InternetSockets.Socket own = TcpRole.entry(file, context).orElseThrow();
        Optional<InternetSockets.Socket> other = context.sockets().tcp().peerOf(own);
        Optional<StolenFile> peer = other.flatMap(entry -> context.sockets().file(entry.inode()));
        if (peer.isPresent() && peer.get().description() < file.description()) {
            return TcpConnection.newBuilder()
                    .setMadeBy(context.id(peer.get()).value())
                    .build();
        }
        if (peer.isPresent() && peer.get().description() == file.description()) {
            Description.refuse(file, context, "it is connected to itself", "close it first");
            return emptyState();
        }
        Side side = new Side(file, own, end(file, own, context));
        return peer.isPresent()
                ? bothEnds(side, new Side(peer.get(), other.get(), end(peer.get(), other.get(), context)), context)
                : openEnd(side, other, context);
    }

    /** One end of a connection that is open. */
    private record Side(StolenFile file, InternetSockets.Socket entry, TcpEnd.Builder end) {}

    @Override
    public void plan(ObjectId id, TcpConnection state, PlanContext plan) {
        if (state.getMadeBy().isEmpty()) {
            TcpConnectionPlan.append(plan.origin(id, name()), state, plan);
        }
    }

    private static TcpConnection openEnd(Side open, Optional<InternetSockets.Socket> other, CaptureContext context) {
        other.filter(entry -> entry.sending() > FIN)
                .ifPresent(entry -> Description.refuse(
                        open.file(),
                        context,
                        "its other end was closed with " + entry.sending() + " bytes still on their way",
                        "try again when they have been received"));
        TcpEnd.Builder closed = TcpEnd.newBuilder()
                .setFamily(TcpRole.family(open.file()))
                .setAddress(Endpoints.of(open.entry().remote()))
                .setTerms(Terms.mirrored(TcpInfo.of(open.file()).terms()))
                .setClosed(true);
        arrived(closed, open, context);
        return TcpConnection.newBuilder().addEnds(open.end()).addEnds(closed).build();
    }

    private static TcpConnection bothEnds(Side one, Side two, CaptureContext context) {
        one.end().getTermsBuilder().setLargestSegment(TcpInfo.of(two.file()).advertisedSegment());
        two.end().getTermsBuilder().setLargestSegment(TcpInfo.of(one.file()).advertisedSegment());
        stream(one, two, context);
        stream(two, one, context);
        return TcpConnection.newBuilder().addEnds(one.end()).addEnds(two.end()).build();
    }

    private static void stream(Side from, Side to, CaptureContext context) {
        if (from.entry().sending() == 0) {
            arrived(from.end(), to, context);
        } else {
            onItsWay(from, to, context);
        }
    }

    /** What the sender wrote first: while it is read some of it may still arrive. */
    private static void onItsWay(Side from, Side to, CaptureContext context) {
        if (to.file().socket().received().filter(stream -> !stream.hasUrgent()).isEmpty()) {
            refuseUrgent(to.file(), context);
        }
        TcpQueue written = from.file().socket().tcpQueue(Direction.SENDING);
        TcpQueue arrived = to.file().socket().tcpQueue(Direction.RECEIVING);
        int ahead = written.end() - arrived.end() - (from.end().getClosed() ? FIN : 0);
        int unsent = Math.max(0, Math.min(ahead, written.bytes().length));
        to.end().setReceived(ByteString.copyFrom(arrived.bytes()));
        from.end().setUnsent(ByteString.copyFrom(written.bytes(), written.bytes().length - unsent, unsent));
    }

    /** An urgent byte, and what is behind it, will be sent again. There must be room for it, or nobody hears of it. */
    private static void arrived(TcpEnd.Builder from, Side to, CaptureContext context) {
        Optional<TcpStream> found = to.file().socket().received().filter(stream -> isCarried(stream, to.file()));
        if (found.isEmpty()) {
            refuseUrgent(to.file(), context);
            return;
        }
        TcpStream stream = found.get();
        ByteString bytes = ByteString.copyFrom(stream.bytes());
        int ordinary = stream.hasUrgent() ? stream.urgent() : bytes.size();
        to.end().setReceived(bytes.substring(0, ordinary));
        from.setUnsent(bytes.substring(ordinary))
                .setUrgent(stream.hasUrgent() ? 1 : 0)
                .setUrgentRead(stream.isUrgentRead());
    }

    private static boolean isCarried(TcpStream stream, StolenFile file) {
        return !stream.hasUrgent()
                || stream.bytes().length
                        <= Settings.number(file, KnownOption.SOCKET, Settings.RECEIVE_ROOM) / ROOM_PER_BYTE;
    }

    static void refuseUrgent(StolenFile file, CaptureContext context) {
        Description.refuse(file, context, "urgent data (MSG_OOB) waits in it", "try again when it has been read");
    }

    static TcpEnd.Builder end(StolenFile file, InternetSockets.Socket entry, CaptureContext context) {
        int events = file.poll(EpollEvents.RDHUP);
        boolean peerClosed = hasReceivedLast(entry.state());
        return TcpEnd.newBuilder()
                .setFileId(context.id(file).value())
                .setFamily(TcpRole.family(file))
                .setAddress(Endpoints.own(file))
                .setSettings(Settings.of(file, context))
                .setClosed(TcpState.hasClosedSending(entry.state()))
                .setTerms(TcpInfo.of(file).terms())
                .setDeaf((events & EpollEvents.RDHUP) != 0 && !peerClosed);
    }

    /** True when the other end's FIN has arrived. */
    static boolean hasReceivedLast(int state) {
        return state == TcpState.CLOSE_WAIT || state == TcpState.LAST_ACK || state == TcpState.CLOSING;
    }
}
