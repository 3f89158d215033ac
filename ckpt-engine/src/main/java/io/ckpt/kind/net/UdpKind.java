package io.ckpt.kind.net;

import com.google.protobuf.ByteString;
import io.ckpt.freeze.StolenFile;
import io.ckpt.freeze.StolenSocket.Message;
import io.ckpt.image.v1.Datagram;
import io.ckpt.image.v1.UdpSocket;
import io.ckpt.kernel.EpollEvents;
import io.ckpt.kernel.InternetAddress;
import io.ckpt.kernel.SocketType;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.Description;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/** A socket of UDP or UDP-Lite, bound or connected or neither. What waits in it comes from its senders once more. */
public final class UdpKind implements ObjectKind<StolenFile, UdpSocket> {
    private static final int IPPROTO_UDP = 17;
    private static final int IPPROTO_UDPLITE = 136;
    private static final int PROTOCOL = 38;
    private static final int BOUND_DEVICE = 25;
    private static final int DEVICE_NAME_BYTES = 16;
    private static final int RECEIVE_PACKET_INFO = 8;
    private static final int RECEIVE_PACKET_INFO_OF_IPV6 = 49;
    private static final int RECEIVE_DESTINATION = 20;
    private static final int GATHERED = 104;
    private static final long OUTPUT_QUEUE = 0x5411;

    @Override
    public String name() {
        return "udp";
    }

    @Override
    public UdpSocket emptyState() {
        return UdpSocket.getDefaultInstance();
    }

    @Override
    public boolean accepts(StolenFile file, CaptureContext context) {
        if (!file.status().isSocket() || !Settings.isInternet(file)) {
            return false;
        }
        int protocol = Settings.number(file, KnownOption.SOCKET, PROTOCOL);
        return isOfDatagrams(file) && (protocol == IPPROTO_UDP || protocol == IPPROTO_UDPLITE);
    }

    @Override
    public UdpSocket capture(StolenFile file, CaptureContext context) {
        UdpSocket.Builder state =
                UdpSocket.newBuilder().setFamily(TcpRole.family(file)).setSettings(Settings.of(file, context));
        if (Settings.number(file, KnownOption.SOCKET, PROTOCOL) == IPPROTO_UDPLITE) {
            state.setProtocol(IPPROTO_UDPLITE);
        }
        InternetAddress own = InternetAddress.ofSocketName(file.socket().name());
        if (own.port() != 0) {
            state.setAddress(Endpoints.of(own));
        }
        file.socket()
                .peerName()
                .map(InternetAddress::ofSocketName)
                .map(Endpoints::of)
                .ifPresent(state::setPeer);
        refuseUnsent(file, context);
        if ((file.poll(EpollEvents.IN) & EpollEvents.ERR) != 0) {
            context.warn(file.title() + " of pid " + file.process().pid()
                    + ": an error that waits in it, as when nobody hears what it sends, is not told after a restart");
        }
        if ((file.poll(EpollEvents.IN) & EpollEvents.IN) != 0) {
            keepQueue(file, own, state, context);
        }
        return state.build();
    }

    private static void refuseUnsent(StolenFile file, CaptureContext context) {
        ByteBuffer unsent = ByteBuffer.allocateDirect(Integer.BYTES).order(ByteOrder.nativeOrder());
        file.ioctl(OUTPUT_QUEUE, unsent);
        if (unsent.getInt(0) > 0) {
            Description.refuse(
                    file,
                    context,
                    "a datagram that is not complete waits in it (UDP_CORK, MSG_MORE)",
                    "try again later");
        }
    }

    private static void keepQueue(
            StolenFile file, InternetAddress own, UdpSocket.Builder state, CaptureContext context) {
        List<Message> messages = file.socket().messages();
        obstacle(file, own, state, messages, context)
                .ifPresent(obstacle -> Description.refuse(
                        file,
                        context,
                        "datagrams wait in it that a restart could not send to it once more: " + obstacle,
                        "try again when they have been received"));
        for (Message message : messages) {
            state.addQueued(Datagram.newBuilder()
                    .setSender(Endpoints.of(InternetAddress.ofSocketName(message.sender())))
                    .setData(ByteString.copyFrom(message.bytes())));
        }
    }

    private static Optional<String> obstacle(
            StolenFile file,
            InternetAddress own,
            UdpSocket.Builder state,
            List<Message> messages,
            CaptureContext context) {
        if (state.getProtocol() != 0) {
            return Optional.of("they are of UDP-Lite");
        }
        if (own.isMulticast()) {
            return Optional.of("they were sent to a group");
        }
        if (context.sockets().udp().atPort(own.port()).size() > 1) {
            return Optional.of("several sockets share its port");
        }
        if (own.scope() != 0 || messages.stream().anyMatch(UdpKind::isScoped) || isBoundToDevice(file)) {
            return Optional.of("they belong to an interface");
        }
        if (own.isAny() && asksForDestination(file)) {
            return Optional.of("it asks where they were sent to");
        }
        return Settings.number(file, KnownOption.UDP, GATHERED) != 0
                ? Optional.of("the kernel has put several into one (UDP_GRO)")
                : Optional.empty();
    }

    private static boolean isScoped(Message message) {
        return InternetAddress.ofSocketName(message.sender()).scope() != 0;
    }

    private static boolean isBoundToDevice(StolenFile file) {
        return file.socket()
                .option(KnownOption.SOCKET, BOUND_DEVICE, DEVICE_NAME_BYTES)
                .filter(name -> name.length > 0)
                .isPresent();
    }

    private static boolean asksForDestination(StolenFile file) {
        return Settings.number(file, KnownOption.IP, RECEIVE_PACKET_INFO) != 0
                || Settings.number(file, KnownOption.IP, RECEIVE_DESTINATION) != 0
                || Settings.number(file, KnownOption.IPV6, RECEIVE_PACKET_INFO_OF_IPV6) != 0;
    }

    private static boolean isOfDatagrams(StolenFile file) {
        return Settings.number(file, KnownOption.SOCKET, Settings.TYPE) == SocketType.DATAGRAM;
    }

    @Override
    public void plan(ObjectId id, UdpSocket state, PlanContext plan) {
        Steps create = plan.create(plan.origin(id, name()));
        SocketPlan socket = SocketPlan.make(create, plan, state.getFamily(), SocketType.DATAGRAM, state.getProtocol());
        socket.settingsBeforeBind(state.getSettings());
        if (state.hasAddress()) {
            socket.bind(Endpoints.moved(state.getAddress(), plan), state.getFamily());
        }
        if (state.hasPeer()) {
            socket.connect(Endpoints.moved(state.getPeer(), plan), state.getFamily(), Word.Expect.exactly(0));
        }
        if (state.getQueuedCount() > 0) {
            UdpQueue.fill(socket, state, plan);
        }
        socket.settings(state.getSettings());
        plan.adopt(create, id, socket.socket());
    }
}
