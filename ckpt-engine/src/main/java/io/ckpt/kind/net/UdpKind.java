package io.ckpt.kind.net;

import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.UdpSocket;
import io.ckpt.kernel.EpollEvents;
import io.ckpt.kernel.InternetAddress;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.Description;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;

/** A UDP socket, bound or connected or neither. Datagrams that wait in it could not come from their senders again. */
public final class UdpKind implements ObjectKind<StolenFile, UdpSocket> {
    private static final int SOCK_DGRAM = 2;
    private static final int PROTOCOL = 38;
    private static final int IPPROTO_UDP = 17;

    @Override
    public String name() {
        return "udp";
    }

    @Override
    public UdpSocket emptyState() {
        return UdpSocket.getDefaultInstance();
    }

    @Override
    public boolean accepts(StolenFile file, CaptureContext context) {
        if (!file.status().isSocket()) {
            return false;
        }
        int family = TcpRole.family(file);
        return (family == InternetAddress.INET || family == InternetAddress.INET6)
                && Settings.number(file, KnownOption.SOCKET, PROTOCOL) == IPPROTO_UDP;
    }

    @Override
    public UdpSocket capture(StolenFile file, CaptureContext context) {
        if ((file.poll(EpollEvents.IN) & EpollEvents.IN) != 0) {
            Description.refuse(file, context, "datagrams wait in it", "try again when they have been received");
        }
        UdpSocket.Builder state =
                UdpSocket.newBuilder().setFamily(TcpRole.family(file)).setSettings(Settings.of(file, context));
        InternetAddress own = InternetAddress.ofSocketName(file.socket().name());
        if (own.port() != 0) {
            state.setAddress(Endpoints.of(own));
        }
        file.socket()
                .peerName()
                .map(InternetAddress::ofSocketName)
                .map(Endpoints::of)
                .ifPresent(state::setPeer);
        return state.build();
    }

    @Override
    public void plan(ObjectId id, UdpSocket state, PlanContext plan) {
        Steps create = plan.create(plan.origin(id, name()));
        SocketPlan socket = SocketPlan.make(create, plan, state.getFamily(), SOCK_DGRAM, 0);
        socket.settingsBeforeBind(state.getSettings());
        if (state.hasAddress()) {
            socket.bind(Endpoints.moved(state.getAddress(), plan), state.getFamily());
        }
        if (state.hasPeer()) {
            socket.connect(Endpoints.moved(state.getPeer(), plan), state.getFamily(), Word.Expect.exactly(0));
        }
        socket.settings(state.getSettings());
        plan.adopt(create, id, socket.socket());
    }
}
