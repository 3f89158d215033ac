package io.ckpt.kind.net;

import com.google.protobuf.ByteString;
import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.SocketEnd;
import io.ckpt.image.v1.SocketOption;
import io.ckpt.image.v1.SocketPair;
import io.ckpt.kernel.EpollEvents;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.Description;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.procfs.UnixSockets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Two UNIX sockets without names that are connected to each other, as socketpair(2) makes them, or one whose other end
 * is closed. Every other UNIX socket is refused.
 */
public final class SocketPairKind implements ObjectKind<StolenFile, SocketPair> {
    private static final int AF_UNIX = 1;

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
        return file.status().isSocket() && SocketOptions.number(file, SocketOptions.DOMAIN) == AF_UNIX;
    }

    @Override
    public SocketPair capture(StolenFile file, CaptureContext context) {
        long peerInode = file.peerInode();
        Optional<StolenFile> peer = find(peerInode, context);
        if (peer.isPresent() && peer.get().description() < file.description()) {
            return SocketPair.newBuilder()
                    .setMadeBy(context.id(peer.get()).value())
                    .build();
        }
        if (!isPair(file, peerInode, peer, context)) {
            return emptyState();
        }
        List<StolenFile> ends = new ArrayList<>(List.of(file));
        peer.ifPresent(ends::add);
        return SocketPair.newBuilder()
                .setType(SocketOptions.number(file, SocketOptions.TYPE))
                .addAllEnds(ends.stream().map(end -> end(end, context)).toList())
                .build();
    }

    @Override
    public void plan(ObjectId id, SocketPair state, PlanContext plan) {
        if (state.getMadeBy().isEmpty()) {
            SocketPairPlan.append(plan.create(plan.origin(id, name())), state, plan);
        }
    }

    private static Optional<StolenFile> find(long inode, CaptureContext context) {
        return context.files().stream()
                .filter(file -> file.status().isSocket() && file.status().inode() == inode)
                .findFirst();
    }

    private static boolean isPair(StolenFile file, long peerInode, Optional<StolenFile> peer, CaptureContext context) {
        UnixSockets sockets = UnixSockets.parse(file.process().text("net/unix"));
        Optional<String> obstacle =
                UnixObstacles.of(file, sockets).or(() -> peer.flatMap(end -> UnixObstacles.of(end, sockets)));
        if (peerInode != 0 && peer.isEmpty()) {
            obstacle = obstacle.or(() -> Optional.of("its other end is held by a process outside the job"));
        }
        obstacle.ifPresent(reason -> Description.refuse(file, context, reason, UnixObstacles.REMEDY));
        return obstacle.isEmpty();
    }

    private static SocketEnd end(StolenFile file, CaptureContext context) {
        Description description = Description.of(file);
        SocketEnd.Builder end = SocketEnd.newBuilder()
                .setFileId(context.id(file).value())
                .setFlags(description.flags())
                .setSendRoom(SocketOptions.number(file, SocketOptions.SEND_ROOM))
                .setReceiveRoom(SocketOptions.number(file, SocketOptions.RECEIVE_ROOM))
                .setReceiveClosed((file.poll(EpollEvents.RDHUP) & EpollEvents.RDHUP) != 0)
                .addAllOptions(options(file));
        if (hasDescriptorsInFlight(description)) {
            Description.refuse(file, context, "descriptors wait in its queue", "let the receiver take them first");
            return end.build();
        }
        file.peekSocket().forEach(message -> end.addQueued(ByteString.copyFrom(message)));
        if (end.getQueuedCount() > 0 && SocketOptions.number(file, SocketOptions.PASS_CREDENTIALS) != 0) {
            context.warn("fd " + file.number() + " of pid " + file.process().pid()
                    + ": what waits in its queue will not show its sender's credentials after a restart");
        }
        return end.build();
    }

    private static List<SocketOption> options(StolenFile file) {
        List<SocketOption> options = new ArrayList<>();
        for (int name : SocketOptions.KEPT.keySet()) {
            byte[] value = SocketOptions.value(file, name);
            if (!SocketOptions.isDefault(name, value)) {
                options.add(SocketOption.newBuilder()
                        .setName(name)
                        .setValue(ByteString.copyFrom(value))
                        .build());
            }
        }
        return options;
    }

    private static boolean hasDescriptorsInFlight(Description description) {
        return description.info().details().stream()
                .anyMatch(line -> line.startsWith("scm_fds:") && !line.equals("scm_fds: 0"));
    }
}
