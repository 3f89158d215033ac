package io.ckpt.freeze;

import io.ckpt.jna.LibCkpt;
import io.ckpt.kernel.Errno;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
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
    private static final int INSTRUCTION_BYTES = 8;
    /** SIOCGSKNS. */
    private static final long GET_NETWORK = 0x894c;

    @Override
    public Optional<byte[]> option(int level, int name, int room) {
        byte[] value = new byte[room];
        int length = LibCkpt.getsockopt(file.descriptor(), level, name, value, room);
        return answered(length, level, name, value);
    }

    @Override
    public Optional<byte[]> answer(int level, int name, byte[] question) {
        byte[] value = question.clone();
        int length = LibCkpt.getsockopt(file.descriptor(), level, name, value, value.length);
        return Errno.ENOENT.is(length) || Errno.EADDRNOTAVAIL.is(length)
                ? Optional.empty()
                : answered(length, level, name, value);
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
    public byte[] filter() {
        int count = hasBpf() ? 0 : (int) require(instructions(new byte[0], 0), "getsockopt(SO_GET_FILTER)");
        byte[] program = new byte[count * INSTRUCTION_BYTES];
        if (count > 0) {
            require(instructions(program, count), "getsockopt(SO_GET_FILTER)");
        }
        return program;
    }

    @Override
    public boolean hasBpf() {
        return Errno.EACCES.is(instructions(new byte[0], 0));
    }

    /** That of its holder where an engine without CAP_NET_ADMIN may not ask. */
    @Override
    public String network() {
        long answer = LibCkpt.ioctl(file.descriptor(), GET_NETWORK, null);
        if (Errno.EPERM.is((int) answer)) {
            return file.process().link("ns/net");
        }
        int descriptor = (int) require(answer, "ioctl(SIOCGSKNS)");
        try {
            return ProcFiles.link("self/fd/" + descriptor);
        } finally {
            LibCkpt.close(descriptor);
        }
    }

    @Override
    public boolean hasTcpKeys() {
        return diagnosis().hasTcpKeys(file);
    }

    @Override
    public byte[] peekBytes() {
        return whole((buffer, size) -> LibCkpt.peekBytes(file.descriptor(), buffer, size), "recv(MSG_PEEK)");
    }

    @Override
    public List<Message> messages() {
        return file.process().job().travelling().messages(file);
    }

    @Override
    public long peerInode() {
        return diagnosis().unixPeer(file.status().inode());
    }

    @Override
    public List<Long> pendingInodes() {
        return diagnosis().unixPending(file.status().inode());
    }

    @Override
    public int unixBacklog() {
        return diagnosis().unixBacklog(file.status().inode());
    }

    @Override
    public PacketFacts packets() {
        return diagnosis().packets(file.status().inode());
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

    private SocketDiagnosis diagnosis() {
        return file.process().job().sockets(file);
    }

    private Optional<byte[]> answered(int length, int level, int name, byte[] value) {
        if (Errno.ENOPROTOOPT.is(length) || Errno.EOPNOTSUPP.is(length)) {
            return Optional.empty();
        }
        return Optional.of(Arrays.copyOf(value, (int) require(length, "getsockopt(" + level + ", " + name + ")")));
    }

    /** The kernel counts the room for a program, and its length, in instructions. */
    private int instructions(byte[] program, int count) {
        return LibCkpt.getsockopt(file.descriptor(), SOL_SOCKET, GET_FILTER, program, count);
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
