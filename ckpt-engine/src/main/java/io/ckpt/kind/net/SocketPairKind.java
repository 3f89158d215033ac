package io.ckpt.kind.net;

import com.google.protobuf.ByteString;
import io.ckpt.freeze.StolenFile;
import io.ckpt.freeze.StolenSocket.Message;
import io.ckpt.image.v1.SocketEnd;
import io.ckpt.image.v1.SocketPair;
import io.ckpt.image.v1.UnixName;
import io.ckpt.kernel.EpollEvents;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.Description;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Two UNIX sockets that are connected to each other, by socketpair(2) or through a listening socket, or one whose other
 * end is closed.
 */
public final class SocketPairKind implements ObjectKind<StolenFile, SocketPair> {
    private static final int PASS_CREDENTIALS = 16;

    @Override
    public String name() {
        return "socket-pair";
    }

    @Override
    public SocketPair emptyState() {
        return SocketPair.getDefaultInstance();
    }

    @Override
    public boolean accepts(StolenFile file, CaptureContext context) {
        return UnixRole.of(file, context) == UnixRole.PAIRED;
    }

    @Override
    public SocketPair capture(StolenFile file, CaptureContext context) {
        Optional<StolenFile> peer = UnixRole.peer(file, context);
        if (peer.isPresent() && peer.get().description() < file.description()) {
            return SocketPair.newBuilder()
                    .setMadeBy(context.id(peer.get()).value())
                    .build();
        }
        List<StolenFile> ends = new ArrayList<>(List.of(file));
        peer.ifPresent(ends::add);
        SocketPair.Builder state = SocketPair.newBuilder()
                .setType(Settings.number(file, KnownOption.SOCKET, Settings.TYPE))
                .setOwner(UnixOwners.toldTo(file));
        for (StolenFile end : ends) {
            SocketEnd.Builder kept = end(end, context);
            Optional<StolenFile> listener = UnixRole.listener(end.socket().name(), context);
            if (listener.isPresent()) {
                state.setListenerId(context.id(listener.get()).value()).setFirstAccepted(end == file);
            } else {
                ownName(end, context).ifPresent(kept::setName);
            }
            state.addEnds(kept);
        }
        return state.build();
    }

    @Override
    public void plan(ObjectId id, SocketPair state, PlanContext plan) {
        if (state.getMadeBy().isEmpty()) {
            SocketPairPlan.append(plan.origin(id, name()), state, plan);
        }
    }

    /** What was accepted has the name of the socket that listened; where somebody else listens there, it is his. */
    private static Optional<UnixName> ownName(StolenFile end, CaptureContext context) {
        return UnixNames.of(end, context)
                .filter(UnixNames::isReachable)
                .filter(name -> !context.sockets().unix().isHeard(UnixNames.text(name)));
    }

    static SocketEnd.Builder end(StolenFile file, CaptureContext context) {
        SocketEnd.Builder end = SocketEnd.newBuilder()
                .setFileId(context.id(file).value())
                .setSettings(Settings.of(file, context))
                .setReceiveClosed((file.poll(EpollEvents.RDHUP) & EpollEvents.RDHUP) != 0);
        if ((file.poll(EpollEvents.PRI) & EpollEvents.PRI) != 0) {
            Description.refuse(file, context, "urgent data (MSG_OOB) waits in it", "try again when it has been read");
            return end;
        }
        List<Message> messages = file.socket().messages();
        messages.forEach(message -> end.addQueued(ByteString.copyFrom(message.bytes())));
        warnOfSenders(file, messages, context);
        return end.addAllAttachments(Parcel.attachments(messages, context));
    }

    static void warnOfSenders(StolenFile file, List<Message> messages, CaptureContext context) {
        if (!messages.isEmpty() && Settings.number(file, KnownOption.SOCKET, PASS_CREDENTIALS) != 0) {
            context.warn(
                    "fd " + file.number() + " of pid " + file.process().pid()
                            + ": what waits in its queue will show the user and group of its sender after a restart, but another pid");
        }
    }
}
