package io.ckpt.kind.net;

import io.ckpt.image.v1.TcpEnd;
import io.ckpt.image.v1.TcpIdle;
import io.ckpt.image.v1.TcpTerms;
import io.ckpt.kernel.InternetAddress;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Data;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;

/**
 * What is left of a connection: data to be received, then its end or ECONNRESET. It is made as a connection over the
 * loopback interface whose other end closes or resets it.
 */
final class TcpWreck {
    private static final int START = 1;
    private static final int SHUT_RDWR = 2;
    private static final int LINGER = 13;
    private static final byte[] RESET_ON_CLOSE = {1, 0, 0, 0, 0, 0, 0, 0};
    private static final int FIRST_PORT = 1;
    private static final int OTHER_PORT = 1000;
    private static final int PORTS = 999;
    private static final TcpTerms TERMS = TcpTerms.newBuilder()
            .setLargestSegment(32768)
            .setScaled(true)
            .setTimestamps(true)
            .build();

    private TcpWreck() {}

    static void append(ObjectId id, String origin, TcpIdle state, PlanContext plan) {
        InternetAddress any = InternetAddress.of(new byte[state.getFamily() == InternetAddress.INET ? 4 : 16], 0, 0);
        InternetAddress own = any.loopback(FIRST_PORT + id.number() % PORTS);
        InternetAddress peer = any.loopback(OTHER_PORT + id.number() % PORTS);
        TcpEnd end = end(state).setReceived(state.getRemains().getReceived()).build();
        Steps create = plan.create(origin);
        SocketPlan made = TcpRepair.begin(create, plan, end, own, peer, START, START);
        int received = state.getRemains().getReceived().size();
        SocketPlan other = TcpRepair.begin(create, plan, end(state).build(), peer, own, START + received, START);
        SocketPlan socket = new SocketPlan(plan.connect(origin), plan.adopt(create, id, made.socket()));
        wreck(socket, new SocketPlan(socket.steps(), other.socket()), state);
    }

    private static void wreck(SocketPlan socket, SocketPlan other, TcpIdle state) {
        TcpRepair.leave(socket);
        TcpRepair.leave(other);
        socket.settings(state.getSettings());
        if (state.getRemains().getBroken()) {
            other.set(KnownOption.SOCKET, LINGER, "SO_LINGER", Data.struct(RESET_ON_CLOSE, "{1, 0}"));
        }
        other.close();
        if (!state.getRemains().getBroken()) {
            socket.shutdown(SHUT_RDWR, Word.Expect.SUCCESS);
        }
    }

    private static TcpEnd.Builder end(TcpIdle state) {
        return TcpEnd.newBuilder().setFamily(state.getFamily()).setTerms(TERMS);
    }
}
