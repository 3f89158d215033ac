package io.ckpt.kind.net;

import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.RawSocket;
import io.ckpt.image.v1.UnixOwner;
import io.ckpt.kernel.EpollEvents;
import io.ckpt.kernel.InternetAddress;
import io.ckpt.kernel.SocketType;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.Description;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;
import java.util.Set;

/** A raw(7) socket of IP, or one that sends echo requests of icmp(7). What waits in it is refused. */
public final class RawSocketKind implements ObjectKind<StolenFile, RawSocket> {
    private static final int PROTOCOL = 38;
    private static final Set<Integer> ECHO = Set.of(1, 58);

    @Override
    public String name() {
        return "raw";
    }

    @Override
    public RawSocket emptyState() {
        return RawSocket.getDefaultInstance();
    }

    @Override
    public boolean accepts(StolenFile file, CaptureContext context) {
        if (!file.status().isSocket() || !Settings.isInternet(file)) {
            return false;
        }
        int type = Settings.number(file, KnownOption.SOCKET, Settings.TYPE);
        return type == SocketType.RAW
                || type == SocketType.DATAGRAM && ECHO.contains(Settings.number(file, KnownOption.SOCKET, PROTOCOL));
    }

    @Override
    public RawSocket capture(StolenFile file, CaptureContext context) {
        if ((file.poll(EpollEvents.IN) & EpollEvents.IN) != 0) {
            Description.refuse(file, context, "packets wait in it", "try again when they have been received");
        }
        RawSocket.Builder state = RawSocket.newBuilder()
                .setFamily(TcpRole.family(file))
                .setType(Settings.number(file, KnownOption.SOCKET, Settings.TYPE))
                .setProtocol(Settings.number(file, KnownOption.SOCKET, PROTOCOL))
                .setSettings(Settings.of(file, context))
                .setOwner(UnixOwner.newBuilder()
                        .setUid(file.status().uid())
                        .setGid(file.status().gid()));
        InternetAddress own = InternetAddress.ofSocketName(file.socket().name());
        if (!own.isAny() || state.getType() == SocketType.DATAGRAM && own.port() != 0) {
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
    public void plan(ObjectId id, RawSocket state, PlanContext plan) {
        Steps create = plan.create(plan.origin(id, name()));
        int family = state.getFamily();
        SocketPlan[] made = new SocketPlan[1];
        Runnable make = () -> made[0] = SocketPlan.make(create, plan, family, state.getType(), state.getProtocol());
        if (state.getType() == SocketType.RAW) {
            make.run();
        } else {
            UnixOwners.as(state.getOwner(), create, make);
        }
        SocketPlan socket = made[0];
        socket.settingsBeforeBind(state.getSettings());
        if (state.hasAddress()) {
            socket.bind(Endpoints.moved(state.getAddress(), plan), family);
        }
        if (state.hasPeer()) {
            socket.connect(Endpoints.moved(state.getPeer(), plan), family, Word.Expect.exactly(0));
        }
        socket.settings(state.getSettings());
        plan.adopt(create, id, socket.socket());
    }
}
