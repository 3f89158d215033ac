package io.ckpt.kind.net;

import com.google.protobuf.ByteString;
import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.MulticastGroup;
import io.ckpt.kernel.InternetAddress;
import io.ckpt.kind.CaptureContext;
import io.ckpt.plan.Data;
import io.ckpt.plan.Slot;
import io.ckpt.procfs.MulticastGroups;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/**
 * Multicast groups that a socket has joined, and whom it hears there. No table says which socket it was, but a socket
 * answers for a group that it has joined: it is asked for each that anybody has. Interfaces are kept by name.
 */
final class Groups {
    private static final int JOIN = 42;
    private static final int FILTER = 48;
    private static final int INTERFACE_OF_IPV6 = 17;
    private static final int ADDRESS_BYTES = 128;
    /** In struct group_filter; struct group_req ends where the mode begins. */
    private static final int GROUP = 8;

    private static final int MODE = GROUP + ADDRESS_BYTES;
    private static final int COUNT = MODE + 4;
    private static final int SENDERS = COUNT + 4;
    private static final int ONLY = 1;
    private static final int ALL_BUT = 0;

    private Groups() {}

    static List<MulticastGroup> of(StolenFile file, CaptureContext context) {
        return context.sockets().groups().stream()
                .flatMap(group -> joined(file, group).stream())
                .toList();
    }

    /** Empty when none was chosen, or none of IPv6. */
    static String interfaceOf(StolenFile file) {
        int index = Settings.number(file, KnownOption.IPV6, INTERFACE_OF_IPV6);
        if (index == 0) {
            return "";
        }
        return Interfaces.name(file, index);
    }

    static void join(SocketPlan socket, MulticastGroup group) {
        Slot index = Interfaces.index(socket, group.getInterface());
        byte[] ip = group.getIp().toByteArray();
        int level = level(ip);
        String text = text(group.getInterface(), ip);
        set(socket, level, JOIN, "MCAST_JOIN_GROUP", Data.struct(head(ip, MODE).array(), "{" + text + "}"), index);
        if (group.getOnly() || group.getSendersCount() > 0) {
            Data filter = Data.struct(
                    filter(ip, group),
                    "{" + text + (group.getOnly() ? ", only " : ", not ") + group.getSendersCount() + " senders}");
            set(socket, level, FILTER, "MCAST_MSFILTER", filter, index);
        }
    }

    static void leaveThrough(SocketPlan socket, String name) {
        Data index = Data.struct(new byte[Integer.BYTES], "{" + name + "}");
        set(socket, KnownOption.IPV6, INTERFACE_OF_IPV6, "IPV6_MULTICAST_IF", index, Interfaces.index(socket, name));
    }

    private static Optional<MulticastGroup> joined(StolenFile file, MulticastGroups.Group group) {
        return ask(file, group, 0)
                .flatMap(answer -> ask(file, group, answer.getInt(COUNT)))
                .map(answer -> kept(group, answer));
    }

    /** Empty when it has not joined; with up to {@code senders} of the senders. */
    private static Optional<ByteBuffer> ask(StolenFile file, MulticastGroups.Group group, int senders) {
        ByteBuffer question = head(group.ip(), SENDERS + senders * ADDRESS_BYTES)
                .putInt(0, group.index())
                .putInt(COUNT, senders);
        return file.socket().answer(level(group.ip()), FILTER, question.array()).map(answer -> ByteBuffer.wrap(answer)
                .order(ByteOrder.nativeOrder()));
    }

    private static MulticastGroup kept(MulticastGroups.Group group, ByteBuffer answer) {
        MulticastGroup.Builder kept = MulticastGroup.newBuilder()
                .setIp(ByteString.copyFrom(group.ip()))
                .setInterface(group.interfaceName())
                .setOnly(answer.getInt(MODE) == ONLY);
        for (int i = 0; i < answer.getInt(COUNT); i++) {
            byte[] sender = new byte[group.ip().length];
            answer.get(SENDERS + i * ADDRESS_BYTES + addressAt(sender), sender);
            kept.addSenders(ByteString.copyFrom(sender));
        }
        return kept.build();
    }

    private static void set(SocketPlan socket, int level, int name, String text, Data value, Slot index) {
        socket.steps().store(index, value.at(0), Integer.BYTES);
        socket.set(level, name, text, value);
    }

    private static byte[] filter(byte[] ip, MulticastGroup group) {
        ByteBuffer filter = head(ip, SENDERS + group.getSendersCount() * ADDRESS_BYTES)
                .putInt(MODE, group.getOnly() ? ONLY : ALL_BUT)
                .putInt(COUNT, group.getSendersCount());
        for (int i = 0; i < group.getSendersCount(); i++) {
            putAddress(filter, SENDERS + i * ADDRESS_BYTES, group.getSenders(i).toByteArray());
        }
        return filter.array();
    }

    /** struct group_req or group_filter. */
    private static ByteBuffer head(byte[] ip, int size) {
        ByteBuffer head = ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
        putAddress(head, GROUP, ip);
        return head;
    }

    private static void putAddress(ByteBuffer into, int position, byte[] ip) {
        into.putShort(position, (short) family(ip)).put(position + addressAt(ip), ip);
    }

    private static int addressAt(byte[] ip) {
        return ip.length == Integer.BYTES ? 4 : 8;
    }

    private static int family(byte[] ip) {
        return ip.length == Integer.BYTES ? InternetAddress.INET : InternetAddress.INET6;
    }

    private static int level(byte[] ip) {
        return ip.length == Integer.BYTES ? KnownOption.IP : KnownOption.IPV6;
    }

    private static String text(String interfaceName, byte[] ip) {
        String address = InternetAddress.of(ip, 0, 0).toString();
        return interfaceName + ", " + address.substring(0, address.lastIndexOf(':'));
    }
}
