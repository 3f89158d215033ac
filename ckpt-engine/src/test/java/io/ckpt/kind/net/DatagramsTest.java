package io.ckpt.kind.net;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.ckpt.freeze.StolenSocket;
import io.ckpt.image.v1.Datagram;
import io.ckpt.image.v1.Endpoint;
import io.ckpt.image.v1.NetlinkSocket;
import io.ckpt.image.v1.PacketSocket;
import io.ckpt.image.v1.RawSocket;
import io.ckpt.image.v1.SocketSettings;
import io.ckpt.image.v1.UdpSocket;
import io.ckpt.image.v1.UnixOwner;
import io.ckpt.kernel.EpollEvents;
import io.ckpt.kernel.FileMode;
import io.ckpt.kernel.InternetAddress;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kernel.SocketType;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.RecordedContext;
import io.ckpt.kind.RecordedFile;
import io.ckpt.kind.RecordedPlan;
import io.ckpt.kind.RecordedProcess;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class DatagramsTest {
    private static final int PROTOCOL = 38;
    private static final int DOMAIN = 39;
    private static final int INODE = 35680;
    private static final ObjectId ID = ObjectId.file(3);
    private static final InternetAddress OWN = address(10, 0, 0, 5, 5000);
    private static final InternetAddress SENDER = address(192, 0, 2, 9, 40000);
    private static final String HEADER =
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
    private static final String OWN_LINE =
            "   1: 0500000A:1388 00000000:0000 07 00000000:00000000 00:00000000 00000000  0 0 35680 2 0 0\n";
    private static final String OTHER_LINE =
            "   2: 00000000:1388 00000000:0000 07 00000000:00000000 00:00000000 00000000  0 0 35681 2 0 0\n";

    private final RecordedPlan plan = new RecordedPlan().with(ID, 10, 7);
    private final RecordedProcess process = new RecordedProcess(4711, 1).text("net/udp6", HEADER);
    private final RecordedContext context = new RecordedContext(process);

    @Test
    void sendsWhatWaitsAsItCame() {
        UdpSocket state = UdpSocket.newBuilder()
                .setFamily(InternetAddress.INET)
                .setAddress(Endpoints.of(OWN))
                .setSettings(settings())
                .addQueued(datagram("first"))
                .addQueued(datagram("second"))
                .build();
        new UdpKind().plan(ID, state, plan);
        plan.assertGolden("udp-queued");
    }

    @Test
    void makesEchoSocketsAsWhoMadeThem() {
        RawSocket state = RawSocket.newBuilder()
                .setFamily(InternetAddress.INET)
                .setType(SocketType.DATAGRAM)
                .setProtocol(1)
                .setAddress(Endpoint.newBuilder()
                        .setIp(ByteString.copyFrom(new byte[4]))
                        .setPort(77))
                .setSettings(settings())
                .setOwner(UnixOwner.newBuilder().setUid(1000).setGid(100))
                .build();
        new RawSocketKind().plan(ID, state, plan);
        plan.assertGolden("raw-echo");
    }

    @Test
    void listensToNetlinkAgain() {
        NetlinkSocket state = NetlinkSocket.newBuilder()
                .setType(SocketType.RAW)
                .setProtocol(0)
                .setPort(4711)
                .addGroups(5)
                .setSettings(settings())
                .build();
        new NetlinkKind().plan(ID, state, plan);
        plan.assertGolden("netlink");
    }

    @Test
    void hearsPacketsOnlyWhenAllIsSet() {
        PacketSocket state = PacketSocket.newBuilder()
                .setType(SocketType.RAW)
                .setProtocol(0x800)
                .setInterface("lo")
                .addMemberships(PacketSocket.Membership.newBuilder()
                        .setInterface("lo")
                        .setCount(1)
                        .setType(1))
                .setSettings(settings().toBuilder().setFilter(ByteString.copyFrom(new byte[8])))
                .build();
        new PacketSocketKind().plan(ID, state, plan);
        plan.assertGolden("packet");
    }

    @Test
    void keepsWhatAPacketSocketHears() {
        RecordedFile file = packets(false, 1, 2);
        PacketSocket state = new PacketSocketKind().capture(file, context);
        assertThat(state.getProtocol()).isEqualTo(0x800);
        assertThat(state.getMemberships(0).getCount()).isEqualTo(2);
        assertThat(state.getMemberships(0).getType()).isEqualTo(1);
        assertThat(context.refusals()).isEmpty();
    }

    @Test
    void refusesPacketSocketWithRing() {
        new PacketSocketKind().capture(packets(true), context);
        assertThat(refusal()).contains("PACKET_MMAP");
    }

    @Test
    void keepsDatagramsWithTheirSenders() {
        process.text("net/udp", HEADER + OWN_LINE);
        RecordedFile socket = udp();
        socket.socket().messageFrom(SENDER.socketName(InternetAddress.INET), "hello");
        UdpSocket state = new UdpKind().capture(socket, context);
        assertThat(state.getQueuedList()).containsExactly(datagram("hello"));
        assertThat(context.refusals()).isEmpty();
    }

    @Test
    void refusesDatagramsThatAnotherSocketCouldTake() {
        process.text("net/udp", HEADER + OWN_LINE + OTHER_LINE);
        RecordedFile socket = udp();
        socket.socket().messageFrom(SENDER.socketName(InternetAddress.INET), "hello");
        new UdpKind().capture(socket, context);
        assertThat(refusal()).contains("several sockets share its port");
    }

    @Test
    void refusesADatagramThatIsNotComplete() {
        RecordedFile socket = udp().ready(0).answer(768);
        new UdpKind().capture(socket, context);
        assertThat(refusal()).contains("UDP_CORK");
    }

    @Test
    void keepsNetlinkGroupsAndRefusesThoseWithoutFixedNumbers() {
        RecordedFile route = netlink(0);
        route.socket().value(KnownOption.NETLINK, 9, (byte) 0x10, (byte) 0, (byte) 0, (byte) 0);
        assertThat(new NetlinkKind().capture(route, context).getGroupsList()).containsExactly(5);
        assertThat(context.refusals()).isEmpty();
        RecordedFile generic = netlink(16);
        generic.socket().value(KnownOption.NETLINK, 9, (byte) 0x10, (byte) 0, (byte) 0, (byte) 0);
        new NetlinkKind().capture(generic, context);
        assertThat(refusal()).contains("group of generic netlink");
    }

    @Test
    void leavesOtherNetlinkFamiliesToBeRefused() {
        assertThat(new NetlinkKind().accepts(netlink(12), context)).isFalse();
    }

    /** Worked out apart from it, as RFC 768 has it. */
    @Test
    void sumsUpADatagram() {
        byte[] packet = IpPacket.ofUdp(address(127, 0, 0, 1, 1000), address(127, 0, 0, 1, 2000), new byte[] {'a'});
        assertThat(ByteBuffer.wrap(packet).getShort(26)).isEqualTo((short) 0x9521);
    }

    private RecordedFile udp() {
        RecordedFile file = socket(InternetAddress.INET, SocketType.DATAGRAM, 17)
                .ready(EpollEvents.IN)
                .answer(0);
        file.socket().at(OWN, InternetAddress.INET);
        return file;
    }

    /** @param membership its type, and how often it was asked for */
    private RecordedFile packets(boolean hasRing, int... membership) {
        RecordedFile file = socket(17, SocketType.RAW, 0).answer(0);
        file.socket()
                .named(ByteBuffer.allocate(20)
                        .order(ByteOrder.nativeOrder())
                        .putShort((short) 17)
                        .put((byte) 8));
        ByteBuffer joined = ByteBuffer.allocate(membership.length == 0 ? 0 : 44).order(ByteOrder.nativeOrder());
        if (membership.length > 0) {
            joined.putInt(1).putInt(membership[1]).putShort((short) membership[0]);
        }
        file.socket().packets(new StolenSocket.PacketFacts(hasRing, joined.array()));
        return file;
    }

    private RecordedFile netlink(int protocol) {
        RecordedFile file = socket(NetlinkKind.AF_NETLINK, SocketType.RAW, protocol);
        file.socket()
                .named(ByteBuffer.allocate(12).order(ByteOrder.nativeOrder()).putInt(4, 4711));
        return file;
    }

    private RecordedFile socket(int family, int type, int protocol) {
        process.text("net/igmp", "").text("net/igmp6", "");
        RecordedFile file = process.file(3, 3)
                .link("socket:[" + INODE + "]")
                .info("pos:\t0\nflags:\t02\nmnt_id:\t10\nino:\t" + INODE + "\n")
                .status(FileMode.SOCKET | 0777, INODE, 1, 0, 0);
        file.socket()
                .number(KnownOption.SOCKET, Settings.TYPE, type)
                .number(KnownOption.SOCKET, PROTOCOL, protocol)
                .number(KnownOption.SOCKET, DOMAIN, family);
        return file;
    }

    private static Datagram datagram(String text) {
        return Datagram.newBuilder()
                .setSender(Endpoints.of(SENDER))
                .setData(ByteString.copyFromUtf8(text))
                .build();
    }

    private static SocketSettings settings() {
        return SocketSettings.newBuilder()
                .setFlags(OpenFlags.RDWR)
                .setSendRoom(212992)
                .setReceiveRoom(212992)
                .build();
    }

    private static InternetAddress address(int a, int b, int c, int d, int port) {
        return InternetAddress.of(new byte[] {(byte) a, (byte) b, (byte) c, (byte) d}, port, 0);
    }

    private String refusal() {
        assertThat(context.refusals()).hasSize(1);
        return context.refusals().get(0).toString();
    }
}
