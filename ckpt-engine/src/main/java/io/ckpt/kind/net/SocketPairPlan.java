package io.ckpt.kind.net;

import com.google.protobuf.ByteString;
import io.ckpt.image.v1.SocketEnd;
import io.ckpt.image.v1.SocketOption;
import io.ckpt.image.v1.SocketPair;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.FileCalls;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Data;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Makes a pair, has each end send what waits in the other, and closes what was closed. */
final class SocketPairPlan {
    private static final Operand AF_UNIX = Operand.named(1, "AF_UNIX");
    private static final Operand SOL_SOCKET = Operand.named(SocketOptions.SOL_SOCKET, "SOL_SOCKET");
    private static final Operand SHUT_RD = Operand.named(0, "SHUT_RD");
    private static final Operand DONTWAIT = Operand.named(0x40, "MSG_DONTWAIT");
    private static final Operand NULL = Operand.named(0, "NULL");
    private static final List<String> TYPES =
            List.of("0", "SOCK_STREAM", "SOCK_DGRAM", "SOCK_RAW", "SOCK_RDM", "SOCK_SEQPACKET");

    /** More than the kernel accounts for one queued message besides its bytes. */
    private static final int MESSAGE_OVERHEAD = 2048;

    private final Steps create;
    private final PlanContext plan;

    private SocketPairPlan(Steps create, PlanContext plan) {
        this.create = create;
        this.plan = plan;
    }

    static void append(Steps create, SocketPair state, PlanContext plan) {
        new SocketPairPlan(create, plan).append(state);
    }

    private void append(SocketPair state) {
        Data ends = Data.room(8);
        Operand type = Operand.named(state.getType(), TYPES.get(state.getType()));
        plan.asOwner(create, () -> create.call(SystemCall.SOCKETPAIR, AF_UNIX, type, Operand.of(0), ends.address()));
        Slot first = create.load("pair.first", ends.at(0), 4);
        Slot second = create.load("pair.second", ends.at(4), 4);
        boolean isWhole = state.getEndsCount() > 1;
        send(second, state.getEnds(0).getQueuedList());
        if (isWhole) {
            send(first, state.getEnds(1).getQueuedList());
            finish(second, state.getEnds(1));
        } else {
            create.call(SystemCall.CLOSE, second);
        }
        finish(first, state.getEnds(0));
    }

    private void send(Slot sender, List<ByteString> messages) {
        if (messages.isEmpty()) {
            return;
        }
        int bytes = messages.stream().mapToInt(ByteString::size).sum();
        set(
                sender,
                SocketOptions.FORCE_SEND_ROOM,
                "SO_SNDBUFFORCE",
                integer(bytes + messages.size() * MESSAGE_OVERHEAD));
        for (ByteString message : messages) {
            create.expect(
                    Word.Expect.exactly(message.size()),
                    SystemCall.SENDTO,
                    sender,
                    Operand.bytes(message.toByteArray()),
                    Operand.of(message.size()),
                    DONTWAIT,
                    NULL,
                    Operand.of(0));
        }
    }

    private void finish(Slot socket, SocketEnd end) {
        set(socket, SocketOptions.FORCE_SEND_ROOM, "SO_SNDBUFFORCE", room(end.getSendRoom()));
        set(socket, SocketOptions.FORCE_RECEIVE_ROOM, "SO_RCVBUFFORCE", room(end.getReceiveRoom()));
        for (SocketOption option : end.getOptionsList()) {
            Data value = Data.bytes(option.getValue().toByteArray());
            set(socket, option.getName(), SocketOptions.KEPT.get(option.getName()), value);
        }
        if (end.getReceiveClosed()) {
            create.call(SystemCall.SHUTDOWN, socket, SHUT_RD);
        }
        FileCalls.setFlags(create, socket, OpenFlags.RDWR, end.getFlags());
        plan.adopt(create, new ObjectId(end.getFileId()), socket);
    }

    private void set(Slot socket, int name, String text, Data value) {
        create.call(
                SystemCall.SETSOCKOPT,
                socket,
                SOL_SOCKET,
                Operand.named(name, text),
                value.address(),
                Operand.of(value.size()));
    }

    /** The kernel doubles what it is given. */
    private static Data room(int bytes) {
        return integer(bytes / 2);
    }

    private static Data integer(int value) {
        byte[] bytes = ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(value)
                .array();
        return Data.struct(bytes, "{" + value + "}");
    }
}
