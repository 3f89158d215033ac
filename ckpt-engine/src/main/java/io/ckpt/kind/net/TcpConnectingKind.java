package io.ckpt.kind.net;

import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.TcpConnecting;
import io.ckpt.kernel.Errno;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.Description;
import io.ckpt.kind.FileCalls;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;
import io.ckpt.procfs.InternetSockets;

/**
 * A TCP socket whose connection the job has not accepted yet, or that waits for an answer. It connects again. Data that
 * has arrived in a connection before it was accepted is in nobody's reach, so that such a one is refused.
 */
public final class TcpConnectingKind implements ObjectKind<StolenFile, TcpConnecting> {
    private static final int SOCK_STREAM = 1;

    @Override
    public String name() {
        return "tcp-connecting";
    }

    @Override
    public TcpConnecting emptyState() {
        return TcpConnecting.getDefaultInstance();
    }

    @Override
    public boolean accepts(StolenFile file, CaptureContext context) {
        return TcpRole.of(file, context) == TcpRole.CONNECTING;
    }

    @Override
    public TcpConnecting capture(StolenFile file, CaptureContext context) {
        InternetSockets.Socket entry = TcpRole.entry(file, context).orElseThrow();
        long sent = entry.sending()
                + context.sockets()
                        .tcp()
                        .peerOf(entry)
                        .map(InternetSockets.Socket::waiting)
                        .orElse(0L);
        boolean isUnanswered = entry.state() == io.ckpt.kernel.TcpState.SYN_SENT;
        if (sent > 0 && !isUnanswered) {
            Description.refuse(
                    file,
                    context,
                    "its connection to " + entry.remote() + " waits to be accepted, with data in it",
                    "try again when the job has accepted it");
        }
        return TcpConnecting.newBuilder()
                .setFamily(TcpRole.family(file))
                .setAddress(Endpoints.own(file))
                .setPeer(Endpoints.of(entry.remote()))
                .setSettings(Settings.of(file, context))
                .build();
    }

    /** Without waiting: whoever is asked may be another socket of this plan, or somebody far away. */
    @Override
    public void plan(ObjectId id, TcpConnecting state, PlanContext plan) {
        String origin = plan.origin(id, name());
        Steps create = plan.create(origin);
        int family = state.getFamily();
        SocketPlan made = SocketPlan.make(create, plan, family, SOCK_STREAM, 0);
        made.settingsBeforeBind(state.getSettings());
        made.bind(Endpoints.moved(state.getAddress(), plan), family);
        made.settings(state.getSettings());
        SocketPlan socket = new SocketPlan(plan.connect(origin), plan.adopt(create, id, made.socket()));
        FileCalls.setFlags(socket.steps(), socket.socket(), OpenFlags.RDWR, OpenFlags.RDWR | OpenFlags.NONBLOCK);
        socket.connect(
                Endpoints.moved(state.getPeer(), plan), family, Word.Expect.exactly(-Errno.EINPROGRESS.number()));
        FileCalls.setFlags(
                socket.steps(),
                socket.socket(),
                OpenFlags.RDWR | OpenFlags.NONBLOCK,
                state.getSettings().getFlags());
    }
}
