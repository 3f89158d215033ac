package io.ckpt.kind.net;

import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.Endpoint;
import io.ckpt.image.v1.TcpConnecting;
import io.ckpt.image.v1.TcpEnd;
import io.ckpt.kernel.Errno;
import io.ckpt.kernel.InternetAddress;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.FileCalls;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;
import io.ckpt.procfs.InternetSockets;

/**
 * A TCP socket whose connection the job has not accepted yet, or that waits for an answer. It connects again. What it has
 * written before it was accepted is kept with the socket that accepts it: see {@link TcpBacklog}.
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
        connect(socket, family, state.getPeer(), plan);
        FileCalls.setFlags(
                socket.steps(),
                socket.socket(),
                OpenFlags.RDWR | OpenFlags.NONBLOCK,
                state.getSettings().getFlags());
    }

    private static void connect(SocketPlan socket, int family, Endpoint peer, PlanContext plan) {
        FileCalls.setFlags(socket.steps(), socket.socket(), OpenFlags.RDWR, OpenFlags.RDWR | OpenFlags.NONBLOCK);
        socket.connect(Endpoints.moved(peer, plan), family, Word.Expect.exactly(-Errno.EINPROGRESS.number()));
    }

    /** One that was closed, when it had written something. */
    static void again(TcpEnd client, Steps steps, PlanContext plan) {
        InternetAddress own = Endpoints.moved(client.getAddress(), plan);
        int family = own.isIpv4() ? InternetAddress.INET : InternetAddress.INET6;
        SocketPlan socket = SocketPlan.make(steps, plan, family, SOCK_STREAM, 0);
        socket.bind(own, family);
        connect(socket, family, client.getPeer(), plan);
        socket.awaitConnection();
        TcpConnectionPlan.write(socket, client);
        socket.close();
    }
}
