package io.ckpt.freeze;

import io.ckpt.jna.LibCkpt;
import io.ckpt.kernel.Errno;
import io.ckpt.kernel.InternetAddress;
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
    private static final int INTERNET_NAME = 28;
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
    public Optional<TcpStream> received() {
        long[] values = new long[2];
        for (int size = USUAL_QUEUE; ; size *= 4) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(size);
            long length = LibCkpt.peekStream(file.descriptor(), buffer, size, values);
            if (Errno.EAGAIN.is(length) || Errno.EOPNOTSUPP.is(length)) {
                return Optional.empty();
            }
            if (require(length, "recv(MSG_PEEK)") < size) {
                return Optional.of(new TcpStream(bytes(buffer, length), (int) values[0], values[1] != 0));
            }
        }
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

    @Override
    public Optional<List<TcpStream>> unaccepted(List<TcpClient> clients, long expected) {
        int[] descriptors = clients.stream()
                .mapToInt(client -> client.file().map(StolenFile::descriptor).orElse(-1))
                .toArray();
        byte[] names = names(clients);
        long[] lengths = new long[descriptors.length];
        long[] marks = new long[descriptors.length];
        for (int size = (int) expected + USUAL_QUEUE; ; size *= 2) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(size);
            long length = LibCkpt.readUnaccepted(
                    file.descriptor(), descriptors, names, descriptors.length, lengths, marks, buffer, size);
            if (Errno.EAGAIN.is(length)) {
                return Optional.empty();
            }
            if (!Errno.EMSGSIZE.is(length)) {
                require(length, "accepting connections and connecting them again");
                return Optional.of(streams(buffer, lengths, marks));
            }
        }
    }

    private static byte[] names(List<TcpClient> clients) {
        ByteBuffer names = ByteBuffer.allocate(clients.size() * INTERNET_NAME);
        for (int i = 0; i < clients.size(); i++) {
            InternetAddress address = clients.get(i).address();
            int family = address.isIpv4() ? InternetAddress.INET : InternetAddress.INET6;
            names.put(i * INTERNET_NAME, address.socketName(family));
        }
        return names.array();
    }

    private static List<TcpStream> streams(ByteBuffer buffer, long[] lengths, long[] marks) {
        List<TcpStream> streams = new ArrayList<>();
        for (int i = 0; i < lengths.length; i++) {
            byte[] bytes = new byte[(int) lengths[i]];
            buffer.get(bytes);
            streams.add(new TcpStream(bytes, (int) marks[i], false));
        }
        return streams;
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
