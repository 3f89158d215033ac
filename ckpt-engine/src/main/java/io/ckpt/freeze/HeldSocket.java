package io.ckpt.freeze;

import io.ckpt.jna.LibCkpt;
import io.ckpt.kernel.Errno;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.LongStream;

/** A socket of a held process. */
record HeldSocket(HeldFile file) implements StolenSocket {
    private static final int LARGEST_NAME = 128;
    private static final int QUEUE_VALUES = 7;
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
