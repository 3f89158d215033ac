package io.ckpt.kind.net;

import io.ckpt.image.v1.FormerConnection;
import io.ckpt.image.v1.TcpEnd;
import io.ckpt.kernel.InternetAddress;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;

/**
 * Makes one end of a TCP connection without a packet (TCP_REPAIR). It takes part in the connection from {@link #leave}
 * on, which comes after every end of the job has been made: an end that is not there answers with a reset.
 */
final class TcpRepair {
    private static final int SOCK_STREAM = 1;
    private static final int REPAIR = 19;
    private static final int REPAIR_QUEUE = 20;
    private static final int QUEUE_SEQUENCE = 21;
    private static final int REPAIR_OPTIONS = 22;
    private static final int RECEIVING = 1;
    private static final int SENDING = 2;

    private TcpRepair() {}

    /** @param sendStart sequence number of the first byte not acknowledged; {@code receiveStart}: not received */
    static SocketPlan begin(
            Steps create,
            PlanContext plan,
            TcpEnd end,
            InternetAddress own,
            InternetAddress peer,
            int sendStart,
            int receiveStart) {
        SocketPlan socket = SocketPlan.make(create, plan, end.getFamily(), SOCK_STREAM, 0);
        socket.set(KnownOption.TCP, REPAIR, "TCP_REPAIR", 1);
        socket.settingsUnderRepair(end.getSettings());
        socket.bind(own, end.getFamily());
        queue(socket, SENDING, "TCP_SEND_QUEUE");
        socket.set(KnownOption.TCP, QUEUE_SEQUENCE, "TCP_QUEUE_SEQ", sendStart);
        queue(socket, RECEIVING, "TCP_RECV_QUEUE");
        socket.set(KnownOption.TCP, QUEUE_SEQUENCE, "TCP_QUEUE_SEQ", receiveStart);
        socket.connect(peer, end.getFamily(), Word.Expect.exactly(0));
        socket.set(KnownOption.TCP, REPAIR_OPTIONS, "TCP_REPAIR_OPTIONS", Terms.data(end.getTerms()));
        if (!end.getReceived().isEmpty()) {
            socket.makeReceiveRoom(end.getReceived().size(), 0);
            socket.sendStream(end.getReceived().toByteArray());
        }
        return socket;
    }

    /** Into the queue of what was sent already. */
    static void sent(SocketPlan socket, byte[] bytes) {
        socket.makeSendRoom(bytes.length, 0);
        queue(socket, SENDING, "TCP_SEND_QUEUE");
        socket.sendStream(bytes);
    }

    /** From now on the kernel speaks for it: it tells the other end its window. */
    static void leave(SocketPlan socket) {
        socket.set(KnownOption.TCP, REPAIR, "TCP_REPAIR", 0);
    }

    /**
     * The kernel may still remember a connection that has ended, and keeps its port from whoever wants to listen there. A
     * connection between the same ends takes its place, and goes without a trace when it is closed under repair. Where the
     * former one was forgotten, or never was, nothing of this matters.
     */
    static void forget(Steps create, PlanContext plan, FormerConnection former) {
        InternetAddress own = Endpoints.moved(former.getAddress(), plan);
        InternetAddress peer = Endpoints.moved(former.getPeer(), plan);
        int family = own.isIpv4() ? InternetAddress.INET : InternetAddress.INET6;
        SocketPlan socket = SocketPlan.make(create, plan, family, SOCK_STREAM, 0);
        socket.set(KnownOption.TCP, REPAIR, "TCP_REPAIR", 1);
        socket.bind(own, family, Word.Expect.ANYTHING);
        socket.connect(peer, family, Word.Expect.ANYTHING);
        socket.close();
    }

    private static void queue(SocketPlan socket, int queue, String name) {
        socket.set(KnownOption.TCP, REPAIR_QUEUE, "TCP_REPAIR_QUEUE", SocketPlan.named(queue, name));
    }
}
