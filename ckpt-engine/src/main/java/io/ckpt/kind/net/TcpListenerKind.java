package io.ckpt.kind.net;

import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.FormerConnection;
import io.ckpt.image.v1.TcpEnd;
import io.ckpt.image.v1.TcpListener;
import io.ckpt.kernel.InternetAddress;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kernel.TcpState;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.Description;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Steps;
import io.ckpt.procfs.InternetSockets;
import java.util.Optional;

/**
 * A TCP socket that waits for connections. Those that wait to be accepted are kept by their other ends, see {@link
 * TcpConnectingKind}; what waits in them is kept here.
 */
public final class TcpListenerKind implements ObjectKind<StolenFile, TcpListener> {
    private static final int SOCK_STREAM = 1;

    @Override
    public String name() {
        return "tcp-listener";
    }

    @Override
    public TcpListener emptyState() {
        return TcpListener.getDefaultInstance();
    }

    @Override
    public boolean accepts(StolenFile file, CaptureContext context) {
        return TcpRole.of(file, context) == TcpRole.LISTENING;
    }

    @Override
    public boolean isFelt() {
        return true;
    }

    @Override
    public TcpListener capture(StolenFile file, CaptureContext context) {
        Optional<InternetSockets.Socket> entry = TcpRole.entry(file, context);
        if (entry.isEmpty()) {
            Description.refuse(file, context, "it belongs to another network namespace", "close it first");
            return emptyState();
        }
        TcpListener.Builder state = TcpListener.newBuilder()
                .setFamily(TcpRole.family(file))
                .setAddress(Endpoints.own(file))
                .setBacklog(TcpInfo.of(file).backlog())
                .setSettings(Settings.of(file, context))
                .addAllUnaccepted(TcpBacklog.of(file, entry.get(), context).read());
        context.sockets().tcp().unacceptedBy(entry.get()).stream()
                .filter(connection -> connection.state() == TcpState.TIME_WAIT)
                .forEach(connection -> state.addFormer(FormerConnection.newBuilder()
                        .setAddress(Endpoints.of(connection.local()))
                        .setPeer(Endpoints.of(connection.remote()))));
        return state.build();
    }

    @Override
    public void plan(ObjectId id, TcpListener state, PlanContext plan) {
        Steps create = plan.create(plan.origin(id, name()));
        state.getFormerList().forEach(former -> TcpRepair.forget(create, plan, former));
        SocketPlan socket = SocketPlan.make(create, plan, state.getFamily(), SOCK_STREAM, 0);
        InternetAddress address = Endpoints.moved(state.getAddress(), plan);
        socket.settingsBeforeBind(state.getSettings());
        socket.bind(address, state.getFamily());
        socket.settings(state.getSettings());
        create.call(SystemCall.LISTEN, socket.socket(), Operand.of(state.getBacklog()));
        plan.adopt(create, id, socket.socket());
        plan.later(
                () -> state.getUnacceptedList().forEach(client -> speak(client, plan.connect(create.origin()), plan)));
    }

    /** All clients that are open have asked to be connected by now. */
    private static void speak(TcpEnd client, Steps connect, PlanContext plan) {
        if (client.getFileId().isEmpty()) {
            TcpConnectingKind.again(client, connect, plan);
            return;
        }
        SocketPlan socket = new SocketPlan(connect, plan.descriptor(new ObjectId(client.getFileId())));
        socket.awaitConnection();
        TcpConnectionPlan.write(socket, client);
        TcpConnectionPlan.shut(socket, client);
    }
}
