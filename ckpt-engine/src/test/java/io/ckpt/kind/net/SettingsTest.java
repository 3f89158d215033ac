package io.ckpt.kind.net;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.ckpt.image.v1.Endpoint;
import io.ckpt.image.v1.MulticastGroup;
import io.ckpt.image.v1.SocketSettings;
import io.ckpt.image.v1.UdpSocket;
import io.ckpt.kernel.FileMode;
import io.ckpt.kernel.InternetAddress;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.RecordedContext;
import io.ckpt.kind.RecordedFile;
import io.ckpt.kind.RecordedPlan;
import io.ckpt.kind.RecordedProcess;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class SettingsTest {
    private static final byte[] GROUP = {(byte) 239, 1, 2, 3};

    private final RecordedProcess process = new RecordedProcess(4711, 1);
    private final RecordedContext context = new RecordedContext(process);
    private final RecordedFile socket = socket();

    @Test
    void joinsGroupsAndFiltersBeforeAnythingCanArrive() {
        UdpSocket state = UdpSocket.newBuilder()
                .setFamily(InternetAddress.INET)
                .setAddress(Endpoint.newBuilder()
                        .setIp(ByteString.copyFrom(new byte[4]))
                        .setPort(5000))
                .setSettings(SocketSettings.newBuilder()
                        .setFlags(OpenFlags.RDWR)
                        .setSendRoom(87040)
                        .setReceiveRoom(131072)
                        .setFilter(ByteString.copyFrom(new byte[16]))
                        .setMulticastInterface("eth0")
                        .addGroups(MulticastGroup.newBuilder()
                                .setIp(ByteString.copyFrom(GROUP))
                                .setInterface("eth0")
                                .setOnly(true)
                                .addSenders(ByteString.copyFrom(new byte[] {10, 0, 0, 9}))))
                .build();
        RecordedPlan plan = new RecordedPlan().with(ObjectId.file(3), 10, 7);
        new UdpKind().plan(ObjectId.file(3), state, plan);
        plan.assertGolden("multicast");
    }

    @Test
    void asksForEveryGroupThatAnybodyHasJoined() {
        ByteBuffer answer = ByteBuffer.allocate(144 + 128).order(ByteOrder.nativeOrder());
        answer.putInt(136, 1).putInt(140, 1).put(144 + 4, new byte[] {10, 0, 0, 9});
        socket.socket().value(KnownOption.IP, 48, answer.array());
        SocketSettings settings = Settings.of(socket, context);
        MulticastGroup group = settings.getGroups(0);
        assertThat(group.getInterface()).isEqualTo("eth0");
        assertThat(group.getIp().toByteArray()).isEqualTo(GROUP);
        assertThat(group.getOnly()).isTrue();
        assertThat(group.getSenders(0).toByteArray()).containsExactly(10, 0, 0, 9);
    }

    @Test
    void keepsWhatIsUnusualAndWhatFiltersIt() {
        socket.socket()
                .number(KnownOption.SOCKET, 82, 1)
                .number(KnownOption.SOCKET, 83, 1)
                .filter(new byte[8]);
        SocketSettings settings = Settings.of(socket, context);
        assertThat(settings.getOptionsList()).singleElement().satisfies(option -> assertThat(option.getName())
                .isEqualTo(82));
        assertThat(settings.getFilter().size()).isEqualTo(8);
    }

    @Test
    void refusesWhatCannotBeSetAgainByItsName() {
        socket.socket().number(KnownOption.SOCKET, 60, 1);
        Settings.of(socket, context);
        assertThat(context.refusals()).singleElement().satisfies(refusal -> assertThat(refusal.toString())
                .contains("fd 3")
                .contains("SO_ZEROCOPY is set"));
    }

    private RecordedFile socket() {
        process.text(
                "net/igmp",
                """
                Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter
                2\teth0      :     1      V3
                \t\t\t\t030201EF     1 0:00000000\t\t0
                """);
        process.text("net/igmp6", "");
        RecordedFile file = process.file(3, 3)
                .link("socket:[11]")
                .info("pos:\t0\nflags:\t02\nmnt_id:\t10\nino:\t11\n")
                .status(FileMode.SOCKET | 0777, 11, 1, 0, 0);
        file.socket().number(KnownOption.SOCKET, 3, 2).number(KnownOption.SOCKET, 39, InternetAddress.INET);
        return file;
    }
}
