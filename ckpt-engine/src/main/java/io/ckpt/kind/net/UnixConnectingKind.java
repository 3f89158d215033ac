package io.ckpt.kind.net;

import com.google.protobuf.ByteString;
import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.UnixConnecting;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.Description;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Data;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Steps;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A UNIX socket whose connection waits to be accepted by the job. All that wait at one place connect again in their
 * order, once the last of them has been made. What was sent into such a connection is in nobody's reach: it is refused.
 */
public final class UnixConnectingKind implements ObjectKind<StolenFile, UnixConnecting> {
    private static final long OUTPUT_QUEUE = 0x5411;

    @Override
    public String name() {
        return "unix-connecting";
    }

    @Override
    public UnixConnecting emptyState() {
        return UnixConnecting.getDefaultInstance();
    }

    @Override
    public boolean accepts(StolenFile file, CaptureContext context) {
        return UnixRole.of(file, context) == UnixRole.CONNECTING;
    }

    @Override
    public UnixConnecting capture(StolenFile file, CaptureContext context) {
        ByteBuffer sent = ByteBuffer.allocateDirect(Integer.BYTES).order(ByteOrder.nativeOrder());
        file.ioctl(OUTPUT_QUEUE, sent);
        if (sent.getInt(0) > 0) {
            Description.refuse(
                    file,
                    context,
                    "its connection waits to be accepted, with data in it",
                    "try again when the job has accepted it");
        }
        if (UnixNames.of(file, context).isPresent()) {
            Description.refuse(file, context, "it is bound and waits to be accepted", "try again later");
        }
        byte[] peer = file.socket().peerName().orElseThrow();
        StolenFile listener = UnixRole.listener(peer, context).orElseThrow();
        UnixConnecting.Builder state = UnixConnecting.newBuilder()
                .setType(Settings.number(file, KnownOption.SOCKET, Settings.TYPE))
                .setPeer(ByteString.copyFrom(UnixNames.address(peer)))
                .setSettings(Settings.of(file, context))
                .setOwner(UnixOwners.toldTo(file));
        List<StolenFile> waiting = listener.socket().pendingInodes().stream()
                .flatMap(inode -> context.sockets().file(inode).stream())
                .toList();
        if (waiting.stream().allMatch(other -> other.description() <= file.description())) {
            waiting.forEach(other -> state.addWaiting(context.id(other).value()));
        }
        return state.build();
    }

    @Override
    public void plan(ObjectId id, UnixConnecting state, PlanContext plan) {
        Steps create = plan.create(plan.origin(id, name()));
        SocketPlan socket = SocketPlan.make(create, plan, 1, state.getType(), 0);
        socket.settings(state.getSettings());
        plan.adopt(create, id, socket.socket());
        if (!state.getWaitingList().isEmpty()) {
            Steps connect = plan.connect(plan.origin(id, name()));
            plan.asOwner(connect, () -> UnixOwners.as(state.getOwner(), connect, () -> connect(connect, state, plan)));
        }
    }

    /** The backlog has room for all that were in it. */
    private static void connect(Steps connect, UnixConnecting state, PlanContext plan) {
        Data name = UnixNames.data(state.getPeer());
        for (String waiting : state.getWaitingList()) {
            Operand socket = plan.descriptor(new ObjectId(waiting));
            connect.call(SystemCall.CONNECT, socket, name.address(), Operand.of(name.size()));
        }
    }
}
