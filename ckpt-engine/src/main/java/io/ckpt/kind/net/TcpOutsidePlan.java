package io.ckpt.kind.net;

import io.ckpt.image.v1.TcpEnd;
import io.ckpt.image.v1.TcpOutside;
import io.ckpt.kernel.InternetAddress;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Data;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Goes on with a connection whose other end still waits: with the sequence numbers, windows and clock that it knows. */
final class TcpOutsidePlan {
    static final int TIMESTAMP = 24;
    private static final int REPAIR_WINDOW = 29;
    private static final int SHUT_WR = 1;

    private TcpOutsidePlan() {}

    static void append(Steps create, Steps connect, ObjectId id, TcpOutside state, PlanContext plan) {
        TcpEnd end = state.getEnd();
        int written = state.getUnacknowledged().size() + end.getUnsent().size();
        SocketPlan made = TcpRepair.begin(
                create,
                plan,
                end,
                Endpoints.moved(end.getAddress(), plan),
                peer(state),
                state.getSendEnd() - written,
                state.getReceiveEnd() - end.getReceived().size());
        made.set(KnownOption.TCP, TIMESTAMP, "TCP_TIMESTAMP", state.getTimestamp());
        if (!state.getUnacknowledged().isEmpty()) {
            TcpRepair.sent(made, state.getUnacknowledged().toByteArray());
        }
        made.set(KnownOption.TCP, REPAIR_WINDOW, "TCP_REPAIR_WINDOW", window(state));
        SocketPlan socket = new SocketPlan(connect, plan.adopt(create, id, made.socket()));
        TcpRepair.leave(socket);
        socket.settings(end.getSettings());
        if (!end.getUnsent().isEmpty()) {
            socket.makeSendRoom((long) written, 0);
            socket.sendStream(end.getUnsent().toByteArray());
            socket.rooms(end.getSettings());
        }
        if (end.getClosed()) {
            socket.shutdown(SHUT_WR, Word.Expect.SUCCESS);
        }
    }

    /** Where it is now, should it have moved too. */
    private static InternetAddress peer(TcpOutside state) {
        return Endpoints.address(state.getPeer());
    }

    private static Data window(TcpOutside state) {
        ByteBuffer bytes =
                ByteBuffer.allocate(state.getWindowCount() * Integer.BYTES).order(ByteOrder.nativeOrder());
        state.getWindowList().forEach(bytes::putInt);
        return Data.struct(bytes.array(), "{sent=" + state.getWindow(1) + ", received=" + state.getWindow(3) + "}");
    }
}
