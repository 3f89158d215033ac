package io.ckpt.kind.net;

import io.ckpt.image.v1.SocketOption;
import io.ckpt.image.v1.SocketSettings;
import io.ckpt.kernel.EpollEvents;
import io.ckpt.kernel.InternetAddress;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.FileCalls;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Data;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Optional;

/** Calls on one socket, with operands that print by name. */
record SocketPlan(Steps steps, Operand socket) {
    private static final Map<Integer, String> LEVELS = Map.of(
            KnownOption.IP, "SOL_IP",
            KnownOption.SOCKET, "SOL_SOCKET",
            KnownOption.TCP, "SOL_TCP",
            KnownOption.UDP, "SOL_UDP",
            KnownOption.IPV6, "SOL_IPV6",
            KnownOption.ICMPV6, "SOL_ICMPV6",
            KnownOption.RAW, "SOL_RAW",
            KnownOption.PACKET, "SOL_PACKET",
            KnownOption.NETLINK, "SOL_NETLINK");
    private static final Map<Integer, String> FAMILIES = Map.of(
            1,
            "AF_UNIX",
            InternetAddress.INET,
            "AF_INET",
            InternetAddress.INET6,
            "AF_INET6",
            16,
            "AF_NETLINK",
            17,
            "AF_PACKET");
    private static final Map<Integer, String> TYPES = Map.of(
            1, "SOCK_STREAM",
            2, "SOCK_DGRAM",
            3, "SOCK_RAW",
            5, "SOCK_SEQPACKET");
    private static final Operand NULL = Operand.named(0, "NULL");
    private static final Operand QUIETLY = Operand.named(0x4040, "MSG_DONTWAIT|MSG_NOSIGNAL");
    private static final Operand URGENTLY = Operand.named(0x4041, "MSG_OOB|MSG_DONTWAIT|MSG_NOSIGNAL");
    private static final long PATIENCE_SECONDS = 30;
    private static final int ATTACH_FILTER = 26;
    private static final int INSTRUCTION_BYTES = 8;
    private static final int FORCE_SEND_ROOM = 32;
    private static final int FORCE_RECEIVE_ROOM = 33;

    /** The most that the kernel puts into one piece of a queue under repair. */
    private static final int PIECE = 1 << 16;

    /** What the kernel accounts for a queue, at most, for each byte in it. */
    private static final int ACCOUNTED = 4;

    private static final int LARGEST_ROOM = 1 << 29;

    /** A new socket of the job's owner. */
    static SocketPlan make(Steps steps, PlanContext plan, int family, int type, int protocol) {
        Slot[] made = new Slot[1];
        Operand domain = Operand.named(family, FAMILIES.getOrDefault(family, Integer.toString(family)));
        Operand kind = Operand.named(type, type(type));
        plan.asOwner(
                steps, () -> made[0] = steps.call("socket", SystemCall.SOCKET, domain, kind, Operand.of(protocol)));
        return new SocketPlan(steps, made[0]);
    }

    static String type(int type) {
        return TYPES.getOrDefault(type, Integer.toString(type));
    }

    void set(int level, int name, String text, Data value) {
        steps.call(
                SystemCall.SETSOCKOPT,
                socket,
                Operand.named(level, LEVELS.getOrDefault(level, Integer.toString(level))),
                Operand.named(name, text),
                value.address(),
                Operand.of(value.size()));
    }

    void set(int level, int name, String text, int value) {
        set(level, name, text, integer(value));
    }

    /** Options that decide what bind(2) may do. */
    void settingsBeforeBind(SocketSettings settings) {
        settings.getOptionsList().stream()
                .filter(option -> is(option, KnownOption.When.BEFORE_BIND) || is(option, KnownOption.When.BOTH))
                .forEach(this::set);
    }

    /** The same under repair, where bind(2) takes any address; SO_REUSEADDR would take that away. */
    void settingsUnderRepair(SocketSettings settings) {
        settings.getOptionsList().stream()
                .filter(option -> is(option, KnownOption.When.BEFORE_BIND))
                .forEach(this::set);
    }

    void settings(SocketSettings settings) {
        if (!settings.getFilter().isEmpty()) {
            filter(settings.getFilter().toByteArray());
        }
        settings.getOptionsList().stream()
                .filter(option -> !is(option, KnownOption.When.BEFORE_BIND))
                .forEach(this::set);
        settings.getGroupsList().forEach(group -> Groups.join(this, group));
        if (!settings.getMulticastInterface().isEmpty()) {
            Groups.leaveThrough(this, settings.getMulticastInterface());
        }
        rooms(settings);
        FileCalls.setFlags(steps, socket, OpenFlags.RDWR, settings.getFlags());
    }

    /** The kernel doubles what it is given. */
    void rooms(SocketSettings settings) {
        set(KnownOption.SOCKET, FORCE_SEND_ROOM, "SO_SNDBUFFORCE", settings.getSendRoom() / 2);
        set(KnownOption.SOCKET, FORCE_RECEIVE_ROOM, "SO_RCVBUFFORCE", settings.getReceiveRoom() / 2);
        set(KnownOption.SOCKET, Settings.ROOMS_LOCKED, "SO_BUF_LOCK", settings.getRoomsLocked());
    }

    /** Room for so many bytes to be sent, in so many messages, until {@link #rooms}. */
    void makeSendRoom(long bytes, int messages) {
        set(KnownOption.SOCKET, FORCE_SEND_ROOM, "SO_SNDBUFFORCE", room(bytes, messages));
    }

    void makeReceiveRoom(long bytes, int messages) {
        set(KnownOption.SOCKET, FORCE_RECEIVE_ROOM, "SO_RCVBUFFORCE", room(bytes, messages));
    }

    void bind(InternetAddress address, int family) {
        bind(address, family, Word.Expect.SUCCESS);
    }

    void bind(InternetAddress address, int family, Word.Expect expect) {
        Data name = name(address, family);
        steps.expect(expect, SystemCall.BIND, socket, name.address(), Operand.of(name.size()));
    }

    void connect(InternetAddress address, int family, Word.Expect expect) {
        Data name = name(address, family);
        steps.expect(expect, SystemCall.CONNECT, socket, name.address(), Operand.of(name.size()));
    }

    /** struct sock_fprog: how many instructions, and where they are. */
    private void filter(byte[] instructions) {
        int count = instructions.length / INSTRUCTION_BYTES;
        byte[] head = ByteBuffer.allocate(2 * Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .putShort((short) count)
                .array();
        Data program = Data.struct(head, "{" + count + " instructions}");
        steps.store(Operand.bytes(instructions), program.at(Long.BYTES), Long.BYTES);
        set(KnownOption.SOCKET, ATTACH_FILTER, "SO_ATTACH_FILTER", program);
    }

    /** Every byte in pieces; never waits. */
    void sendStream(byte[] bytes) {
        for (int start = 0; start < bytes.length; start += PIECE) {
            send(java.util.Arrays.copyOfRange(bytes, start, Math.min(bytes.length, start + PIECE)));
        }
    }

    void send(byte[] message) {
        send(message, Optional.empty());
    }

    /** To its peer, or to {@code receiver}. */
    void send(byte[] message, Optional<Data> receiver) {
        send(message, QUIETLY, receiver);
    }

    /** One byte out of band. */
    void sendUrgent(byte urgent) {
        send(new byte[] {urgent}, URGENTLY, Optional.empty());
    }

    void awaitUrgent() {
        await(EpollEvents.PRI, "{POLLPRI}");
    }

    /** Reads the byte that is out of band. */
    void receiveUrgent() {
        steps.expect(
                Word.Expect.exactly(1),
                SystemCall.RECVFROM,
                socket,
                Data.room(1).address(),
                Operand.of(1),
                Operand.named(0x41, "MSG_OOB|MSG_DONTWAIT"),
                NULL,
                NULL);
    }

    /** Until it is connected. */
    void awaitConnection() {
        await(EpollEvents.OUT, "{POLLOUT}");
    }

    private void await(int event, String text) {
        Data wait = Data.struct(new byte[Long.BYTES], text);
        steps.store(socket, wait.at(0), Integer.BYTES);
        steps.store(Operand.of(event), wait.at(Integer.BYTES), Short.BYTES);
        byte[] patience = ByteBuffer.allocate(2 * Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .putLong(PATIENCE_SECONDS)
                .array();
        steps.expect(
                Word.Expect.exactly(1),
                SystemCall.PPOLL,
                wait.address(),
                Operand.of(1),
                Data.struct(patience, "{" + PATIENCE_SECONDS + " s}").address(),
                NULL,
                Operand.of(0));
    }

    private void send(byte[] message, Operand how, Optional<Data> receiver) {
        steps.expect(
                Word.Expect.exactly(message.length),
                SystemCall.SENDTO,
                socket,
                Operand.bytes(message),
                Operand.of(message.length),
                how,
                receiver.<Operand>map(Data::address).orElse(NULL),
                Operand.of(receiver.map(Data::size).orElse(0)));
    }

    void shutdown(int how, Word.Expect expect) {
        String text = new String[] {"SHUT_RD", "SHUT_WR", "SHUT_RDWR"}[how];
        steps.expect(expect, SystemCall.SHUTDOWN, socket, Operand.named(how, text));
    }

    void close() {
        steps.call(SystemCall.CLOSE, socket);
    }

    static Data integer(int value) {
        return named(value, Integer.toString(value));
    }

    static Data named(int value, String text) {
        byte[] bytes = ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(value)
                .array();
        return Data.struct(bytes, "{" + text + "}");
    }

    private static boolean is(SocketOption option, KnownOption.When when) {
        return KnownOption.find(option.getLevel(), option.getName())
                .filter(known -> known.when() == when)
                .isPresent();
    }

    private void set(SocketOption option) {
        String name = KnownOption.find(option.getLevel(), option.getName())
                .map(KnownOption::name)
                .orElse(Integer.toString(option.getName()));
        byte[] value = option.getValue().toByteArray();
        boolean isNumber = value.length == Integer.BYTES;
        Data data = isNumber
                ? integer(ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).getInt())
                : Data.bytes(value);
        set(option.getLevel(), option.getName(), name, data);
    }

    private static Data name(InternetAddress address, int family) {
        return Data.struct(address.socketName(family), "{" + address + "}");
    }

    private static int room(long bytes, int messages) {
        return (int) Math.min(LARGEST_ROOM, bytes * ACCOUNTED + (messages + 1L) * PIECE);
    }
}
