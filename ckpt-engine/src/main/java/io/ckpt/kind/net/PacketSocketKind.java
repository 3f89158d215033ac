package io.ckpt.kind.net;

import com.google.protobuf.ByteString;
import io.ckpt.freeze.StolenFile;
import io.ckpt.freeze.StolenSocket;
import io.ckpt.image.v1.PacketSocket;
import io.ckpt.kernel.EpollEvents;
import io.ckpt.kernel.SocketType;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.Description;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Data;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Steps;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A socket of packet(7), on an interface of the same name. It hears nothing until it is bound, which comes last, so that no
 * packet passes before its filter is there. What waits in it is refused.
 */
public final class PacketSocketKind implements ObjectKind<StolenFile, PacketSocket> {
    private static final int AF_PACKET = 17;
    private static final int ADD_MEMBERSHIP = 1;
    private static final int ADDRESS_BYTES = 20;
    private static final int MEMBERSHIP_BYTES = 44;
    private static final int REQUEST_BYTES = 16;
    private static final int HARDWARE_ADDRESS = 12;
    private static final int LONGEST_HARDWARE_ADDRESS = 8;

    @Override
    public String name() {
        return "packet";
    }

    @Override
    public PacketSocket emptyState() {
        return PacketSocket.getDefaultInstance();
    }

    @Override
    public boolean accepts(StolenFile file, CaptureContext context) {
        if (!file.status().isSocket() || TcpRole.family(file) != AF_PACKET) {
            return false;
        }
        int type = Settings.number(file, KnownOption.SOCKET, Settings.TYPE);
        return type == SocketType.RAW || type == SocketType.DATAGRAM;
    }

    @Override
    public PacketSocket capture(StolenFile file, CaptureContext context) {
        if ((file.poll(EpollEvents.IN) & EpollEvents.IN) != 0) {
            Description.refuse(file, context, "packets wait in it", "try again when they have been received");
        }
        StolenSocket.PacketFacts facts = file.socket().packets();
        if (facts.hasRing()) {
            Description.refuse(
                    file,
                    context,
                    "it shares a ring of packets with the kernel (PACKET_MMAP)",
                    "let the program receive from the socket instead");
        }
        ByteBuffer own = ByteBuffer.wrap(file.socket().name()).order(ByteOrder.nativeOrder());
        return PacketSocket.newBuilder()
                .setType(Settings.number(file, KnownOption.SOCKET, Settings.TYPE))
                .setProtocol(Short.toUnsignedInt(own.order(ByteOrder.BIG_ENDIAN).getShort(Short.BYTES)))
                .setInterface(
                        interfaceName(file, own.order(ByteOrder.nativeOrder()).getInt(Integer.BYTES)))
                .addAllMemberships(memberships(file, facts))
                .setSettings(Settings.of(file, context))
                .build();
    }

    @Override
    public void plan(ObjectId id, PacketSocket state, PlanContext plan) {
        Steps create = plan.create(plan.origin(id, name()));
        SocketPlan socket = SocketPlan.make(create, plan, AF_PACKET, state.getType(), 0);
        socket.settings(state.getSettings());
        state.getMembershipsList().forEach(each -> join(socket, each));
        if (state.getProtocol() != 0 || !state.getInterface().isEmpty()) {
            bind(socket, state);
        }
        plan.adopt(create, id, socket.socket());
    }

    /** Empty for all of them. */
    private static String interfaceName(StolenFile file, int index) {
        return index == 0 ? "" : Interfaces.name(file, index);
    }

    private static List<PacketSocket.Membership> memberships(StolenFile file, StolenSocket.PacketFacts facts) {
        List<PacketSocket.Membership> memberships = new ArrayList<>();
        byte[] bytes = facts.memberships();
        for (int at = 0; at + MEMBERSHIP_BYTES <= bytes.length; at += MEMBERSHIP_BYTES) {
            memberships.add(membership(
                    file,
                    ByteBuffer.wrap(Arrays.copyOfRange(bytes, at, at + MEMBERSHIP_BYTES))
                            .order(ByteOrder.nativeOrder())));
        }
        return memberships;
    }

    /** struct packet_diag_mclist: interface, how often, type, length and bytes of an address. */
    private static PacketSocket.Membership membership(StolenFile file, ByteBuffer found) {
        int length = Math.min(found.getShort(10), LONGEST_HARDWARE_ADDRESS);
        return PacketSocket.Membership.newBuilder()
                .setInterface(Interfaces.name(file, found.getInt(0)))
                .setCount(found.getInt(Integer.BYTES))
                .setType(found.getShort(8))
                .setAddress(ByteString.copyFrom(found.array(), HARDWARE_ADDRESS, length))
                .build();
    }

    /** struct packet_mreq: interface, type, length and bytes of an address. */
    private static void join(SocketPlan socket, PacketSocket.Membership membership) {
        byte[] address = membership.getAddress().toByteArray();
        ByteBuffer request = ByteBuffer.allocate(REQUEST_BYTES)
                .order(ByteOrder.nativeOrder())
                .putShort(Integer.BYTES, (short) membership.getType())
                .putShort(6, (short) address.length)
                .put(Long.BYTES, address);
        Data data =
                Data.struct(request.array(), "{" + membership.getInterface() + ", type " + membership.getType() + "}");
        socket.steps().store(Interfaces.index(socket, membership.getInterface()), data.at(0), Integer.BYTES);
        for (int i = 0; i < membership.getCount(); i++) {
            socket.set(KnownOption.PACKET, ADD_MEMBERSHIP, "PACKET_ADD_MEMBERSHIP", data);
        }
    }

    /** struct sockaddr_ll: family, protocol as the network has it, interface. */
    private static void bind(SocketPlan socket, PacketSocket state) {
        ByteBuffer name = ByteBuffer.allocate(ADDRESS_BYTES).order(ByteOrder.nativeOrder());
        name.putShort((short) AF_PACKET).order(ByteOrder.BIG_ENDIAN).putShort((short) state.getProtocol());
        String text = "{protocol 0x" + Integer.toHexString(state.getProtocol()) + "}";
        Data address = Data.struct(name.array(), text);
        if (!state.getInterface().isEmpty()) {
            socket.steps().store(Interfaces.index(socket, state.getInterface()), address.at(4), Integer.BYTES);
        }
        socket.steps().call(SystemCall.BIND, socket.socket(), address.address(), Operand.of(ADDRESS_BYTES));
    }
}
