package io.ckpt.kind.net;

import io.ckpt.image.v1.TcpConnection;
import io.ckpt.image.v1.TcpEnd;
import io.ckpt.kernel.InternetAddress;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Makes both ends with what each has received. Then they speak: each writes what the other lacks, and closes what was
 * closed, so that the kernel comes to every half-closed and closing state by itself.
 */
final class TcpConnectionPlan {
    /** Nobody outside the two sockets ever sees where their numbers begin. */
    private static final int START = 1;

    private static final int SHUT_RD = 0;
    private static final int SHUT_WR = 1;

    private TcpConnectionPlan() {}

    static void append(String origin, TcpConnection state, PlanContext plan) {
        Steps connect = plan.connect(origin);
        List<SocketPlan> sockets = new ArrayList<>();
        for (int i = 0; i < state.getEndsCount(); i++) {
            Operand made = make(plan.create(origin), state.getEnds(i), state.getEnds(1 - i), plan);
            sockets.add(new SocketPlan(connect, made));
        }
        sockets.forEach(TcpRepair::leave);
        for (int i = 0; i < state.getEndsCount(); i++) {
            speak(sockets.get(i), state.getEnds(i), isOpen(state.getEnds(1 - i)));
        }
        for (int i = 0; i < state.getEndsCount(); i++) {
            if (state.getEnds(i).getUrgent() > 0) {
                hearUrgent(sockets.get(1 - i), state.getEnds(i).getUrgentRead());
            }
        }
        for (int i = 0; i < state.getEndsCount(); i++) {
            finish(sockets.get(i), state.getEnds(i));
        }
    }

    private static Operand make(Steps create, TcpEnd end, TcpEnd other, PlanContext plan) {
        InternetAddress own = Endpoints.moved(end.getAddress(), plan);
        InternetAddress peer = Endpoints.moved(other.getAddress(), plan);
        int written = START + other.getReceived().size();
        SocketPlan socket = TcpRepair.begin(create, plan, end, own, peer, written, START);
        return isOpen(end) ? plan.adopt(create, new ObjectId(end.getFileId()), socket.socket()) : socket.socket();
    }

    private static void speak(SocketPlan socket, TcpEnd end, boolean isHeard) {
        if (isOpen(end)) {
            socket.settings(end.getSettings());
        }
        if (isHeard) {
            write(socket, end);
        }
    }

    private static void hearUrgent(SocketPlan socket, boolean isRead) {
        socket.awaitUrgent();
        if (isRead) {
            socket.receiveUrgent();
        }
    }

    /** What the other end has not received. */
    static void write(SocketPlan socket, TcpEnd end) {
        byte[] bytes = end.getUnsent().toByteArray();
        if (bytes.length > 0) {
            socket.makeSendRoom(bytes.length, 0);
            socket.sendStream(Arrays.copyOf(bytes, Math.max(0, end.getUrgent() - 1)));
            if (end.getUrgent() > 0) {
                socket.sendUrgent(bytes[end.getUrgent() - 1]);
            }
            socket.sendStream(Arrays.copyOfRange(bytes, end.getUrgent(), bytes.length));
            if (isOpen(end)) {
                socket.rooms(end.getSettings());
            }
        }
    }

    private static void finish(SocketPlan socket, TcpEnd end) {
        if (isOpen(end)) {
            shut(socket, end);
        } else {
            socket.close();
        }
    }

    static void shut(SocketPlan socket, TcpEnd end) {
        if (end.getClosed()) {
            socket.shutdown(SHUT_WR, Word.Expect.SUCCESS);
        }
        if (end.getDeaf()) {
            socket.shutdown(SHUT_RD, Word.Expect.SUCCESS);
        }
    }

    private static boolean isOpen(TcpEnd end) {
        return !end.getFileId().isEmpty();
    }
}
