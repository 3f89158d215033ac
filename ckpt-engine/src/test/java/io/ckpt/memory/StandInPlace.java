package io.ckpt.memory;

import com.sun.jna.Function;
import io.ckpt.freeze.MemoryNews;
import io.ckpt.freeze.PacketSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Holds and reads userfaultfds as ckpt-run does, for processes that do not fork. */
final class StandInPlace {
    private static final int HOLD = 1;
    private static final int READ = 3;
    private static final int ORDER = 8;
    private static final int MESSAGE = 32;
    private static final int MESSAGES = 4 * MESSAGE;
    private static final Function READ_CALL = Function.getFunction("c", "read");

    private final PacketSocket.Pair ends = PacketSocket.pair();
    private final List<Integer> held = new ArrayList<>();

    StandInPlace() {
        Thread thread = new Thread(this::obey, "stand-in-place");
        thread.setDaemon(true);
        thread.start();
    }

    MemoryNews news() {
        return MemoryNews.over(ends.first());
    }

    private void obey() {
        for (Optional<PacketSocket.Packet> order = receive(); order.isPresent(); order = receive()) {
            ends.second().send(answer(order.get()));
        }
    }

    private Optional<PacketSocket.Packet> receive() {
        return ends.second().receive(ORDER, Optional.empty());
    }

    private byte[] answer(PacketSocket.Packet packet) {
        ByteBuffer order = ByteBuffer.wrap(packet.bytes()).order(ByteOrder.nativeOrder());
        byte[] messages = new byte[MESSAGES];
        int count = 0;
        if (order.getInt(0) == HOLD) {
            count = held.size();
            held.addAll(packet.descriptors());
        } else if (order.getInt(0) == READ) {
            int read = READ_CALL.invokeInt(new Object[] {held.get(order.getInt(4)), messages, MESSAGES});
            count = Math.max(read, 0) / MESSAGE;
        }
        return ByteBuffer.allocate(2 * Integer.BYTES + MESSAGES)
                .order(ByteOrder.nativeOrder())
                .putInt(count)
                .putInt(0)
                .put(messages)
                .array();
    }
}
