package io.ckpt.freeze;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.jna.LibCkpt;
import io.ckpt.kernel.Errno;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.LongStream;

/** A socket of a held process. */
record HeldSocket(HeldFile file) implements StolenSocket {
    private static final int LARGEST_NAME = 128;
    private static final int QUEUE_VALUES = 7;
    private static final int MOST_PENDING = 16384;
    private static final int MOST_PACKET = 256 * 1024;
    private static final int MOST_DESCRIPTORS_IN_FLIGHT = 253;
    private static final int USUAL_QUEUE = 1 << 18;
    private static final int SOL_SOCKET = 1;
    private static final int GET_FILTER = 26;

    @Override
    public Optional<byte[]> option(int level, int name, int room) {
        byte[] value = new byte[room];
        int length = LibCkpt.getsockopt(file.descriptor(), level, name, value, room);
        if (Errno.ENOPROTOOPT.is(length) || Errno.EOPNOTSUPP.is(length)) {
            return Optional.empty();
        }
        return Optional.of(Arrays.copyOf(value, (int) require(length, "getsockopt(" + level + ", " + name + ")")));
    }

    @Override
    public byte[] name() {
        byte[] name = new byte[LARGEST_NAME];
        int length = LibCkpt.socketName(file.descriptor(), 0, name, name.length);
        return Arrays.copyOf(name, (int) require(length, "getsockname"));
    }

    @Override
    public Optional<byte[]> peerName() {
        byte[] name = new byte[LARGEST_NAME];
        int length = LibCkpt.socketName(file.descriptor(), 1, name, name.length);
        return Errno.ENOTCONN.is(length)
                ? Optional.empty()
                : Optional.of(Arrays.copyOf(name, (int) require(length, "getpeername")));
    }

    @Override
    public boolean hasFilter() {
        int length = LibCkpt.getsockopt(file.descriptor(), SOL_SOCKET, GET_FILTER, new byte[0], 0);
        return Errno.EACCES.is(length) || require(length, "getsockopt(SO_GET_FILTER)") > 0;
    }

    @Override
    public byte[] peekBytes() {
        return whole((buffer, size) -> LibCkpt.peekBytes(file.descriptor(), buffer, size), "recv(MSG_PEEK)");
    }

    @Override
    public List<Message> messages() {
        List<Message> messages = new ArrayList<>();
        long offset = 0;
        for (Optional<Message> found = messageAt(0); found.isPresent(); found = messageAt(offset)) {
            messages.add(found.get());
            offset += found.get().bytes().length;
        }
        return List.copyOf(messages);
    }

    @Override
    public long peerInode() {
        long peer = LibCkpt.unixPeer(file.process().task(), file.status().inode());
        return Errno.ENOENT.is(peer) ? 0 : require(peer, "sock_diag");
    }

    @Override
    public List<Long> pendingInodes() {
        long[] inodes = new long[MOST_PENDING];
        long count = LibCkpt.unixPending(file.process().task(), file.status().inode(), inodes, inodes.length);
        require(count > MOST_PENDING ? -Errno.EMSGSIZE.number() : count, "sock_diag");
        return LongStream.of(inodes).limit(count).boxed().toList();
    }

    @Override
    public int unixBacklog() {
        return (int)
                require(LibCkpt.unixBacklog(file.process().task(), file.status().inode()), "sock_diag");
    }

    private Optional<Message> messageAt(long offset) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(MOST_PACKET);
        byte[] name = new byte[LARGEST_NAME];
        int[] nameSize = {LARGEST_NAME};
        int[] descriptors = new int[MOST_DESCRIPTORS_IN_FLIGHT];
        int[] count = new int[1];
        long length =
                LibCkpt.peekSocket(file.descriptor(), offset, buffer, MOST_PACKET, name, nameSize, descriptors, count);
        Arrays.stream(descriptors, 0, count[0]).forEach(LibCkpt::close);
        if (count[0] > 0) {
            throw new Fault(
                    FaultCode.UNSUPPORTED_OBJECT,
                    file + ": descriptors are in flight in its queue",
                    "let the receiver take the message first");
        }
        if (Errno.EAGAIN.is(length) || length == 0) {
            return Optional.empty();
        }
        byte[] bytes = bytes(buffer, require(length, "recvmsg(MSG_PEEK)"));
        return Optional.of(new Message(bytes, Arrays.copyOf(name, nameSize[0])));
    }

    @Override
    public TcpQueue tcpQueue(Direction direction) {
        long[] values = new long[QUEUE_VALUES];
        int queue = direction == Direction.RECEIVING ? 1 : 2;
        byte[] bytes = whole(
                (buffer, size) -> LibCkpt.readTcpQueue(file.descriptor(), queue, values, buffer, size),
                "reading its queue (TCP_REPAIR)");
        return new TcpQueue(
                bytes,
                (int) values[0],
                (int) values[1],
                LongStream.of(values).skip(2).mapToObj(value -> (int) value).toList());
    }

    /** Nobody says beforehand how much there is. */
    private byte[] whole(BiFunction<ByteBuffer, Integer, Long> read, String call) {
        for (int size = USUAL_QUEUE; ; size *= 4) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(size);
            long length = require(read.apply(buffer, size), call);
            if (length < size) {
                return bytes(buffer, length);
            }
        }
    }

    private static byte[] bytes(ByteBuffer buffer, long length) {
        byte[] bytes = new byte[(int) length];
        buffer.get(0, bytes);
        return bytes;
    }

    private long require(long result, String call) {
        return KernelAnswer.require(result, () -> file + ": " + call);
    }
}
