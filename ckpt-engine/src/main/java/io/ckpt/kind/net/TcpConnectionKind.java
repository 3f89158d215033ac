package io.ckpt.kind.net;

import com.google.protobuf.ByteString;
import io.ckpt.freeze.StolenFile;
import io.ckpt.freeze.StolenSocket.Direction;
import io.ckpt.freeze.StolenSocket.TcpQueue;
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
        TcpConnection.Builder state = TcpConnection.newBuilder();
        if (peer.isPresent()) {
            return bothEnds(file, own, peer.get(), other.get(), state, context);
        }
        other.filter(entry -> entry.sending() > FIN)
                .ifPresent(entry -> Description.refuse(
                        file,
                        context,
                        "its other end was closed with " + entry.sending() + " bytes still on their way",
                        "try again when they have been received"));
        return state.addEnds(end(file, own, context)
                        .setReceived(ByteString.copyFrom(file.socket().peekBytes())))
                .addEnds(TcpEnd.newBuilder()
                        .setFamily(TcpRole.family(file))
                        .setAddress(Endpoints.of(own.remote()))
                        .setTerms(Terms.mirrored(TcpInfo.of(file).terms()))
                        .setClosed(true))
                .build();
    }

    @Override
    public void plan(ObjectId id, TcpConnection state, PlanContext plan) {
        if (state.getMadeBy().isEmpty()) {
            TcpConnectionPlan.append(plan.origin(id, name()), state, plan);
        }
    }

    private static TcpConnection bothEnds(
            StolenFile first,
            InternetSockets.Socket firstEntry,
            StolenFile second,
            InternetSockets.Socket secondEntry,
            TcpConnection.Builder state,
            CaptureContext context) {
        TcpEnd.Builder one = end(first, firstEntry, context);
        TcpEnd.Builder two = end(second, secondEntry, context);
        one.getTermsBuilder().setLargestSegment(TcpInfo.of(second).advertisedSegment());
        two.getTermsBuilder().setLargestSegment(TcpInfo.of(first).advertisedSegment());
        stream(first, firstEntry, one, second, two);
        stream(second, secondEntry, two, first, one);
        return state.addEnds(one).addEnds(two).build();
    }

    /** What the sender wrote first: while it is read some of it may still arrive. */
    private static void stream(
            StolenFile from,
            InternetSockets.Socket entry,
            TcpEnd.Builder sender,
            StolenFile to,
            TcpEnd.Builder receiver) {
        if (entry.sending() == 0) {
            receiver.setReceived(ByteString.copyFrom(to.socket().peekBytes()));
            return;
        }
        TcpQueue written = from.socket().tcpQueue(Direction.SENDING);
        TcpQueue arrived = to.socket().tcpQueue(Direction.RECEIVING);
        int ahead = written.end() - arrived.end() - (sender.getClosed() ? FIN : 0);
        int unsent = Math.max(0, Math.min(ahead, written.bytes().length));
        receiver.setReceived(ByteString.copyFrom(arrived.bytes()));
        sender.setUnsent(ByteString.copyFrom(written.bytes(), written.bytes().length - unsent, unsent));
    }

    static TcpEnd.Builder end(StolenFile file, InternetSockets.Socket entry, CaptureContext context) {
        int events = file.poll(EpollEvents.RDHUP | EpollEvents.PRI);
        if ((events & EpollEvents.PRI) != 0) {
            Description.refuse(file, context, "urgent data (MSG_OOB) waits in it", "try again when it has been read");
        }
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
