package io.ckpt.kind.net;

import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.NetlinkSocket;
import io.ckpt.kernel.EpollEvents;
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
import java.util.List;
import java.util.Map;

/**
 * A netlink(7) socket of a family that keeps nothing for it but its address and groups. Answers that wait in it and
 * other families are refused.
 */
public final class NetlinkKind implements ObjectKind<StolenFile, NetlinkSocket> {
    static final int AF_NETLINK = 16;
    private static final int PROTOCOL = 38;
    private static final int ADD_MEMBERSHIP = 1;
    private static final int LIST_MEMBERSHIPS = 9;
    private static final int MOST_GROUPS_BYTES = 256;
    private static final int GENERIC = 16;
    /** The only group of generic netlink that has the same number everywhere. */
    private static final int GENERIC_CONTROL = 16;

    private static final Map<Integer, String> WITHOUT_STATE = Map.of(
            0,
            "NETLINK_ROUTE",
            4,
            "NETLINK_SOCK_DIAG",
            15,
            "NETLINK_KOBJECT_UEVENT",
            GENERIC,
            "NETLINK_GENERIC",
            20,
            "NETLINK_RDMA");

    @Override
    public String name() {
        return "netlink";
    }

    @Override
    public NetlinkSocket emptyState() {
        return NetlinkSocket.getDefaultInstance();
    }

    @Override
    public boolean accepts(StolenFile file, CaptureContext context) {
        return file.status().isSocket()
                && TcpRole.family(file) == AF_NETLINK
                && WITHOUT_STATE.containsKey(Settings.number(file, KnownOption.SOCKET, PROTOCOL));
    }

    @Override
    public NetlinkSocket capture(StolenFile file, CaptureContext context) {
        if ((file.poll(EpollEvents.IN) & EpollEvents.IN) != 0) {
            Description.refuse(file, context, "messages wait in it", "try again when they have been received");
        }
        if (file.socket().peerName().filter(NetlinkKind::leadsToSomebody).isPresent()) {
            Description.refuse(file, context, "it is connected to another process", "close it first");
        }
        NetlinkSocket state = NetlinkSocket.newBuilder()
                .setType(Settings.number(file, KnownOption.SOCKET, Settings.TYPE))
                .setProtocol(Settings.number(file, KnownOption.SOCKET, PROTOCOL))
                .setPort(address(file.socket().name()).getInt(4))
                .addAllGroups(groups(file))
                .setSettings(Settings.of(file, context))
                .build();
        if (state.getProtocol() == GENERIC
                && state.getGroupsList().stream().anyMatch(group -> group != GENERIC_CONTROL)) {
            Description.refuse(
                    file,
                    context,
                    "it listens to a group of generic netlink, whose number may be another one elsewhere",
                    "leave the group first");
        }
        return state;
    }

    @Override
    public void plan(ObjectId id, NetlinkSocket state, PlanContext plan) {
        Steps create = plan.create(plan.origin(id, name()));
        SocketPlan socket = SocketPlan.make(create, plan, AF_NETLINK, state.getType(), state.getProtocol());
        if (state.getPort() != 0) {
            Data address = address(state.getPort());
            create.call(SystemCall.BIND, socket.socket(), address.address(), Operand.of(address.size()));
        }
        state.getGroupsList()
                .forEach(group -> socket.set(KnownOption.NETLINK, ADD_MEMBERSHIP, "NETLINK_ADD_MEMBERSHIP", group));
        socket.settings(state.getSettings());
        plan.adopt(create, id, socket.socket());
    }

    /** struct sockaddr_nl: family, nothing, port, groups. */
    private static ByteBuffer address(byte[] name) {
        return ByteBuffer.wrap(name).order(ByteOrder.nativeOrder());
    }

    private static Data address(int port) {
        byte[] name = ByteBuffer.allocate(3 * Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .putShort((short) AF_NETLINK)
                .putInt(4, port)
                .array();
        return Data.struct(name, "{port " + Integer.toUnsignedString(port) + "}");
    }

    private static boolean leadsToSomebody(byte[] peer) {
        return address(peer).getInt(4) != 0 || address(peer).getInt(8) != 0;
    }

    /** A bit for each, from 1. */
    private static List<Integer> groups(StolenFile file) {
        byte[] bits = file.socket()
                .option(KnownOption.NETLINK, LIST_MEMBERSHIPS, MOST_GROUPS_BYTES)
                .orElse(new byte[0]);
        List<Integer> groups = new ArrayList<>();
        for (int i = 0; i < bits.length * Byte.SIZE; i++) {
            if ((bits[i / Byte.SIZE] >> i % Byte.SIZE & 1) != 0) {
                groups.add(i + 1);
            }
        }
        return groups;
    }
}
