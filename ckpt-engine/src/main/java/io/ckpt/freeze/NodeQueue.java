package io.ckpt.freeze;

import io.ckpt.jna.LibCkpt;
import io.ckpt.kernel.Errno;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A message queue that the kernel of this node has.
 *
 * @param lastUse in seconds since the epoch
 */
record NodeQueue(Entry entry, int sender, int receiver, long lastUse) implements MessageQueue {
    private static final int USUAL_LENGTH = 8192;

    @Override
    public Set<Integer> users() {
        return IpcObjects.living(Stream.of(sender, receiver));
    }

    @Override
    public boolean wasThere(int pid) {
        return IpcObjects.hadBegun(pid, lastUse);
    }

    @Override
    public long capacity() {
        return require(LibCkpt.queueCapacity(entry.id()), "msgctl");
    }

    @Override
    public List<Message> messages() {
        List<Message> messages = new ArrayList<>();
        byte[] buffer = new byte[Long.BYTES + USUAL_LENGTH];
        long length = peek(0, buffer);
        while (!Errno.ENOMSG.is(length)) {
            if (Errno.E2BIG.is(length)) {
                buffer = new byte[2 * buffer.length];
            } else {
                messages.add(message(buffer, (int) require(length, "msgrcv")));
            }
            length = peek(messages.size(), buffer);
        }
        return messages;
    }

    private long peek(int position, byte[] buffer) {
        return LibCkpt.peekMessage(entry.id(), position, buffer, buffer.length - Long.BYTES);
    }

    private static Message message(byte[] buffer, int length) {
        long type = ByteBuffer.wrap(buffer).order(ByteOrder.nativeOrder()).getLong();
        return new Message(type, Arrays.copyOfRange(buffer, Long.BYTES, Long.BYTES + length));
    }

    private long require(long result, String call) {
        return KernelAnswer.require(result, () -> name() + ": " + call);
    }
}
