package io.ckpt.kind.net;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.ckpt.fault.Fault;
import io.ckpt.image.v1.FormerConnection;
import io.ckpt.image.v1.SocketOption;
import io.ckpt.image.v1.SocketSettings;
import io.ckpt.image.v1.TcpConnecting;
import io.ckpt.image.v1.TcpConnection;
import io.ckpt.image.v1.TcpEnd;
import io.ckpt.image.v1.TcpIdle;
import io.ckpt.image.v1.TcpListener;
import io.ckpt.image.v1.TcpOutside;
import io.ckpt.image.v1.TcpTerms;
import io.ckpt.image.v1.UdpSocket;
import io.ckpt.kernel.InternetAddress;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kind.AddressChange;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.RecordedPlan;
import io.ckpt.kind.RestartOptions;
import io.ckpt.kind.RestartOptions.FilePolicy;
import io.ckpt.kind.RestartOptions.TcpPolicy;
import java.util.List;
import org.junit.jupiter.api.Test;

class TcpPlanTest {
    private static final int FAMILY = InternetAddress.INET;
    private static final ObjectId FIRST = ObjectId.file(3);
    private static final ObjectId SECOND = ObjectId.file(4);
    private static final InternetAddress SERVER = address(10, 0, 0, 5, 80);
    private static final InternetAddress CLIENT = address(10, 0, 0, 5, 40000);

    private RecordedPlan plan = new RecordedPlan().with(FIRST, 10, 7).with(SECOND, 11, 8);

    @Test
    void listensWithItsOptions() {
        TcpListener state = TcpListener.newBuilder()
                .setFamily(FAMILY)
                .setAddress(Endpoints.of(SERVER))
                .setBacklog(128)
                .addFormer(FormerConnection.newBuilder()
                        .setAddress(Endpoints.of(SERVER))
                        .setPeer(Endpoints.of(CLIENT)))
                .setSettings(settings()
                        .addOptions(option(KnownOption.SOCKET, 2, 1))
                        .addOptions(option(KnownOption.TCP, 9, 5)))
                .build();
        new TcpListenerKind().plan(FIRST, state, plan);
        plan.assertGolden("tcp-listener");
    }

    @Test
    void writesAgainWhatNobodyHadAccepted() {
        TcpListener listener = TcpListener.newBuilder()
                .setFamily(FAMILY)
                .setAddress(Endpoints.of(SERVER))
                .setBacklog(5)
                .addUnaccepted(TcpEnd.newBuilder()
                        .setFileId(SECOND.value())
                        .setSettings(settings())
                        .setUnsent(ByteString.copyFromUtf8("early"))
                        .setUrgent(3)
                        .setClosed(true))
                .addUnaccepted(TcpEnd.newBuilder()
                        .setAddress(Endpoints.of(CLIENT.withPort(40001)))
                        .setPeer(Endpoints.of(SERVER))
                        .setUnsent(ByteString.copyFromUtf8("last"))
                        .setClosed(true))
                .build();
        new TcpListenerKind().plan(FIRST, listener, plan);
        TcpConnecting client = TcpConnecting.newBuilder()
                .setFamily(FAMILY)
                .setAddress(Endpoints.of(CLIENT))
                .setPeer(Endpoints.of(SERVER))
                .build();
        new TcpConnectingKind().plan(SECOND, client, plan);
        plan.assertGolden("tcp-unaccepted");
    }

    @Test
    void makesBothEndsBeforeEitherSpeaks() {
        TcpConnection state = TcpConnection.newBuilder()
                .addEnds(end(FIRST, CLIENT).setReceived(ByteString.copyFromUtf8("answer")))
                .addEnds(end(SECOND, SERVER)
                        .setUnsent(ByteString.copyFromUtf8("more"))
                        .setClosed(true))
                .build();
        TcpConnectionKind kind = new TcpConnectionKind();
        kind.plan(FIRST, state, plan);
        kind.plan(SECOND, TcpConnection.newBuilder().setMadeBy("file:3").build(), plan);
        plan.assertGolden("tcp-connection");
    }

    @Test
    void sendsUrgentDataAgain() {
        TcpConnection state = TcpConnection.newBuilder()
                .addEnds(end(FIRST, CLIENT).setReceived(ByteString.copyFromUtf8("before")))
                .addEnds(end(SECOND, SERVER)
                        .setUnsent(ByteString.copyFromUtf8("!after"))
                        .setUrgent(1)
                        .setUrgentRead(true))
                .build();
        new TcpConnectionKind().plan(FIRST, state, plan);
        plan.assertGolden("tcp-urgent");
    }

    @Test
    void closesTheEndThatWasClosed() {
        TcpConnection state = TcpConnection.newBuilder()
                .addEnds(end(FIRST, CLIENT).setReceived(ByteString.copyFromUtf8("last")))
                .addEnds(TcpEnd.newBuilder()
                        .setFamily(FAMILY)
                        .setAddress(Endpoints.of(SERVER))
                        .setTerms(terms())
                        .setClosed(true))
                .build();
        new TcpConnectionKind().plan(FIRST, state, plan);
        plan.assertGolden("tcp-connection-closed");
    }

    @Test
    void movesBothEndsToAnotherAddress() {
        List<AddressChange> changes = List.of(
                new AddressChange(CLIENT, address(192, 168, 7, 1, 50000)),
                new AddressChange(SERVER.withPort(0), address(192, 168, 7, 1, 0)));
        plan = new RecordedPlan(new RestartOptions(FilePolicy.TRUNCATE, TcpPolicy.CLOSE, changes))
                .with(FIRST, 10, 7)
                .with(SECOND, 11, 8);
        TcpConnection state = TcpConnection.newBuilder()
                .addEnds(end(FIRST, CLIENT))
                .addEnds(end(SECOND, SERVER))
                .build();
        new TcpConnectionKind().plan(FIRST, state, plan);
        plan.assertGolden("tcp-connection-moved");
    }

    @Test
    void connectsAgainWhereNobodyHadAccepted() {
        TcpConnecting state = TcpConnecting.newBuilder()
                .setFamily(FAMILY)
                .setAddress(Endpoints.of(CLIENT))
                .setPeer(Endpoints.of(SERVER))
                .setSettings(settings())
                .build();
        new TcpConnectingKind().plan(FIRST, state, plan);
        plan.assertGolden("tcp-connecting");
    }

    @Test
    void leavesWhatAConnectionLeft() {
        TcpIdle ended = TcpIdle.newBuilder()
                .setFamily(FAMILY)
                .setSettings(settings())
                .setRemains(TcpIdle.Remains.getDefaultInstance())
                .build();
        new TcpIdleKind().plan(FIRST, ended, plan);
        TcpIdle broken = ended.toBuilder()
                .setRemains(TcpIdle.Remains.newBuilder().setBroken(true))
                .build();
        new TcpIdleKind().plan(SECOND, broken, plan);
        plan.assertGolden("tcp-idle");
    }

    @Test
    void resetsWhatLedOutOfTheJob() {
        new TcpOutsideKind().plan(FIRST, outside(), plan);
        plan.assertGolden("tcp-outside-closed");
    }

    @Test
    void goesOnWhereTheOtherEndStillWaits() {
        plan = withPolicy(TcpPolicy.ESTABLISHED);
        new TcpOutsideKind().plan(FIRST, outside(), plan);
        plan.assertGolden("tcp-outside-established");
    }

    @Test
    void bindsAndConnectsDatagrams() {
        UdpSocket state = UdpSocket.newBuilder()
                .setFamily(FAMILY)
                .setAddress(Endpoints.of(CLIENT))
                .setPeer(Endpoints.of(SERVER))
                .setSettings(settings().addOptions(option(KnownOption.SOCKET, 6, 1)))
                .build();
        new UdpKind().plan(FIRST, state, plan);
        plan.assertGolden("udp");
    }

    @Test
    void refusesWhatLeadsOutOfTheJobByItsAddress() {
        plan = withPolicy(TcpPolicy.REFUSE);
        assertThatThrownBy(() -> new TcpOutsideKind().plan(FIRST, outside(), plan))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("pid 10, fd 7 [tcp-outside]: the connection to 10.0.0.5:80 leads out of the job");
    }

    private static RecordedPlan withPolicy(TcpPolicy policy) {
        return new RecordedPlan(new RestartOptions(FilePolicy.TRUNCATE, policy, List.of())).with(FIRST, 10, 7);
    }

    private static TcpOutside outside() {
        return TcpOutside.newBuilder()
                .setEnd(end(FIRST, CLIENT)
                        .setReceived(ByteString.copyFromUtf8("arrived"))
                        .setUnsent(ByteString.copyFromUtf8("unsent")))
                .setPeer(Endpoints.of(SERVER))
                .setUnacknowledged(ByteString.copyFromUtf8("sent"))
                .setSendEnd(1010)
                .setReceiveEnd(2007)
                .setTimestamp(4711)
                .addAllWindow(List.of(2007, 65536, 65536, 65483, 2007))
                .build();
    }

    private static TcpEnd.Builder end(ObjectId id, InternetAddress address) {
        return TcpEnd.newBuilder()
                .setFileId(id.value())
                .setFamily(FAMILY)
                .setAddress(Endpoints.of(address))
                .setSettings(settings())
                .setTerms(terms());
    }

    private static TcpTerms terms() {
        return TcpTerms.newBuilder()
                .setLargestSegment(65495)
                .setScaled(true)
                .setSendScale(7)
                .setReceiveScale(7)
                .setSelectiveAcks(true)
                .setTimestamps(true)
                .build();
    }

    private static SocketSettings.Builder settings() {
        return SocketSettings.newBuilder()
                .setFlags(OpenFlags.RDWR | OpenFlags.NONBLOCK)
                .setSendRoom(87040)
                .setReceiveRoom(131072);
    }

    private static SocketOption option(int level, int name, int value) {
        return SocketOption.newBuilder()
                .setLevel(level)
                .setName(name)
                .setValue(ByteString.copyFrom(new byte[] {(byte) value, 0, 0, 0}))
                .build();
    }

    private static InternetAddress address(int a, int b, int c, int d, int port) {
        return InternetAddress.of(new byte[] {(byte) a, (byte) b, (byte) c, (byte) d}, port, 0);
    }
}
