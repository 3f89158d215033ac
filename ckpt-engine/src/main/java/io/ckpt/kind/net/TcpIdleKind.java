package io.ckpt.kind.net;

import com.google.protobuf.ByteString;
import io.ckpt.freeze.StolenFile;
import io.ckpt.freeze.StolenSocket.TcpStream;
import io.ckpt.image.v1.TcpIdle;
import io.ckpt.kernel.EpollEvents;
import io.ckpt.kernel.Errno;
import io.ckpt.kernel.InternetAddress;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;
import java.util.Optional;

/** A TCP socket without a connection: new, bound, or what is left of one that has ended or broken. */
public final class TcpIdleKind implements ObjectKind<StolenFile, TcpIdle> {
    private static final int SOCK_STREAM = 1;
    private static final int SHUT_RDWR = 2;

    @Override
    public String name() {
        return "tcp-idle";
    }

    @Override
    public TcpIdle emptyState() {
        return TcpIdle.getDefaultInstance();
    }

    @Override
    public boolean accepts(StolenFile file, CaptureContext context) {
        return TcpRole.of(file, context) == TcpRole.IDLE;
    }

    @Override
    public TcpIdle capture(StolenFile file, CaptureContext context) {
        TcpIdle.Builder state =
                TcpIdle.newBuilder().setFamily(TcpRole.family(file)).setSettings(Settings.of(file, context));
        InternetAddress address = InternetAddress.ofSocketName(file.socket().name());
        int events = file.poll(EpollEvents.RDHUP);
        if ((events & EpollEvents.RDHUP) != 0) {
            state.setRemains(TcpIdle.Remains.newBuilder()
                    .setBroken((events & EpollEvents.ERR) != 0)
                    .setReceived(received(file, context)));
        } else if (address.port() != 0) {
            state.setAddress(Endpoints.of(address));
        }
        return state.build();
    }

    private static ByteString received(StolenFile file, CaptureContext context) {
        Optional<TcpStream> received = file.socket().received().filter(stream -> !stream.hasUrgent());
        if (received.isEmpty()) {
            TcpConnectionKind.refuseUrgent(file, context);
        }
        return received.map(stream -> ByteString.copyFrom(stream.bytes())).orElse(ByteString.EMPTY);
    }

    @Override
    public void plan(ObjectId id, TcpIdle state, PlanContext plan) {
        TcpIdle.Remains remains = state.getRemains();
        String origin = plan.origin(id, name());
        if (remains.getBroken() || !remains.getReceived().isEmpty()) {
            TcpWreck.append(id, origin, state, plan);
            return;
        }
        Steps create = plan.create(origin);
        SocketPlan socket = SocketPlan.make(create, plan, state.getFamily(), SOCK_STREAM, 0);
        socket.settingsBeforeBind(state.getSettings());
        if (state.hasAddress()) {
            socket.bind(Endpoints.moved(state.getAddress(), plan), state.getFamily());
        }
        socket.settings(state.getSettings());
        if (state.hasRemains()) {
            socket.shutdown(SHUT_RDWR, Word.Expect.exactly(-Errno.ENOTCONN.number()));
        }
        plan.adopt(create, id, socket.socket());
    }
}
