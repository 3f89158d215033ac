package io.ckpt.freeze;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PacketSocketTest {
    private static final Optional<Duration> SOON = Optional.of(Duration.ofSeconds(10));

    @TempDir
    Path directory;

    @Test
    void knowsItsPeerByTheKernel() {
        Path path = directory.resolve("door");
        try (PacketListener listener = PacketListener.listen(path, 0600);
                PacketSocket client = PacketSocket.connect(path);
                PacketSocket server = listener.accept(SOON).orElseThrow()) {
            assertThat(server.peer().pid())
                    .isEqualTo((int) ProcessHandle.current().pid());
            assertThat(client.peer()).isEqualTo(server.peer());
        }
    }

    @Test
    void listensWithExactlyTheModeAskedFor() throws Exception {
        Path path = directory.resolve("door");
        try (PacketListener listener = PacketListener.listen(path, 0620)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo("rw--w----");
            assertThat(listener.accept(Optional.of(Duration.ZERO))).isEmpty();
        }
        assertThat(path).doesNotExist();
    }

    @Test
    void sendsDescriptorsWithAPacket() {
        PacketSocket.Pair pair = PacketSocket.pair();
        PacketSocket.Pair carried = PacketSocket.pair();
        try (PacketSocket first = pair.first();
                PacketSocket second = pair.second();
                PacketSocket farEnd = carried.second()) {
            first.send(
                    "with one".getBytes(StandardCharsets.UTF_8), carried.first().descriptor());
            carried.first().close();
            PacketSocket.Packet packet = second.receive(64, SOON).orElseThrow();
            assertThat(packet.bytes()).asString().isEqualTo("with one");
            assertThat(packet.descriptors()).hasSize(1);
            try (PacketSocket adopted = PacketSocket.adopt(packet.descriptors().get(0))) {
                adopted.send(new byte[] {7});
                assertThat(farEnd.receive(8, SOON).orElseThrow().bytes()).containsExactly(7);
            }
        }
    }

    @Test
    void tellsAClosedPeerFromASilentOne() {
        PacketSocket.Pair pair = PacketSocket.pair();
        try (PacketSocket first = pair.first()) {
            assertThatThrownBy(() -> first.receive(8, Optional.of(Duration.ofMillis(5))))
                    .isInstanceOfSatisfying(
                            Fault.class, fault -> assertThat(fault.code()).isEqualTo(FaultCode.BUSY));
            pair.second().close();
            assertThat(first.receive(8, SOON)).isEmpty();
        }
    }

    @Test
    void hearsTheLastWordOfAPeerThatLeavesSomethingUnread() {
        PacketSocket.Pair pair = PacketSocket.pair();
        try (PacketSocket first = pair.first()) {
            pair.second().send(new byte[] {7});
            first.send(new byte[] {1});
            pair.second().close();
            assertThat(first.receive(8, SOON).orElseThrow().bytes()).containsExactly(7);
            assertThat(first.receive(8, SOON)).isEmpty();
        }
    }

    @Test
    void refusesAPacketThatIsTooLong() {
        PacketSocket.Pair pair = PacketSocket.pair();
        try (PacketSocket first = pair.first();
                PacketSocket second = pair.second()) {
            first.send(new byte[100]);
            assertThatThrownBy(() -> second.receive(99, SOON)).hasMessageContaining("EMSGSIZE");
        }
    }
}
