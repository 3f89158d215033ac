package io.ckpt.kind.net;

import io.ckpt.image.v1.Datagram;
import io.ckpt.image.v1.UdpSocket;
import io.ckpt.kernel.InternetAddress;
import io.ckpt.kernel.SocketType;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Data;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Sends datagrams to a socket of this node as if they came from where they did: as whole packets, which may name any
 * sender. They take the way over the loopback interface.
 */
final class UdpQueue {
    private static final int IPPROTO_RAW = 255;
    private static final int RECEIVE_TIMEOUT = 20;
    private static final int PEEK_OFFSET = 42;
    private static final long PATIENCE_SECONDS = 5;
    private static final Operand NULL = Operand.named(0, "NULL");
    private static final Operand WHOLE_LENGTH = Operand.named(0x22, "MSG_PEEK|MSG_TRUNC");

    private UdpQueue() {}

    static void fill(SocketPlan socket, UdpSocket state, PlanContext plan) {
        long bytes = state.getQueuedList().stream()
                .mapToLong(datagram -> datagram.getData().size())
                .sum();
        socket.makeReceiveRoom(bytes, state.getQueuedCount());
        Map<Integer, SocketPlan> senders = new HashMap<>();
        InternetAddress own = Endpoints.moved(state.getAddress(), plan);
        for (Datagram datagram : state.getQueuedList()) {
            InternetAddress sender = Endpoints.moved(datagram.getSender(), plan);
            InternetAddress receiver = own.isAny() ? sender.loopback(own.port()) : own;
            int family = sender.isIpv4() ? InternetAddress.INET : InternetAddress.INET6;
            SocketPlan from = senders.computeIfAbsent(
                    family, any -> SocketPlan.make(socket.steps(), plan, family, SocketType.RAW, IPPROTO_RAW));
            byte[] packet = IpPacket.ofUdp(sender, receiver, datagram.getData().toByteArray());
            byte[] address = receiver.withPort(0).socketName(family);
            from.send(packet, Optional.of(Data.struct(address, "{" + sender + " -> " + receiver + "}")));
        }
        senders.values().forEach(SocketPlan::close);
        await(
                socket,
                bytes,
                state.getQueued(state.getQueuedCount() - 1).getData().size());
    }

    /** Nothing may be lost on the way. An empty datagram cannot be waited for. */
    private static void await(SocketPlan socket, long bytes, int last) {
        if (last == 0) {
            return;
        }
        Steps steps = socket.steps();
        byte[] patience = ByteBuffer.allocate(2 * Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .putLong(PATIENCE_SECONDS)
                .array();
        socket.set(KnownOption.SOCKET, RECEIVE_TIMEOUT, "SO_RCVTIMEO", Data.struct(patience, "{5 s}"));
        socket.set(KnownOption.SOCKET, PEEK_OFFSET, "SO_PEEK_OFF", (int) (bytes - last));
        steps.expect(
                Word.Expect.exactly(last),
                SystemCall.RECVFROM,
                socket.socket(),
                Data.room(1).address(),
                Operand.of(1),
                WHOLE_LENGTH,
                NULL,
                NULL);
        socket.set(KnownOption.SOCKET, PEEK_OFFSET, "SO_PEEK_OFF", -1);
        socket.set(KnownOption.SOCKET, RECEIVE_TIMEOUT, "SO_RCVTIMEO", Data.struct(new byte[16], "{0}"));
    }
}
