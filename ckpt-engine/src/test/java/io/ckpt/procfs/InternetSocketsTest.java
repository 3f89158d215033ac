package io.ckpt.procfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ckpt.fault.Fault;
import io.ckpt.kernel.InternetAddress;
import io.ckpt.kernel.TcpState;
import java.util.List;
import org.junit.jupiter.api.Test;

class InternetSocketsTest {
    private static final int LISTENER = 5419328;
    private static final int CLIENT = 5419329;
    private static final int EARLY_CLIENT = 5419331;
    private static final int CLIENT_OF_MAPPED = 5419333;

    private final InternetSockets recorded =
            InternetSockets.parse(List.of(Recorded.text("net-tcp"), Recorded.text("net-tcp6")));

    @Test
    void findsTheOtherEnd() {
        InternetSockets.Socket client = recorded.byInode(CLIENT).orElseThrow();
        InternetSockets.Socket server = recorded.peerOf(client).orElseThrow();

        assertThat(client.remote()).hasToString("127.0.0.1:8080");
        assertThat(server.inode()).isEqualTo(5419330);
        assertThat(server.waiting()).isEqualTo("queued".length());
    }

    /** One end shows 127.0.0.1, the other ::ffff:127.0.0.1. */
    @Test
    void findsTheOtherEndOfIpv6ThatSpeaksIpv4() {
        InternetSockets.Socket client = recorded.byInode(CLIENT_OF_MAPPED).orElseThrow();

        assertThat(recorded.peerOf(client).orElseThrow().inode()).isEqualTo(5419334);
    }

    @Test
    void findsWhatWaitsToBeAccepted() {
        InternetSockets.Socket listener = recorded.byInode(LISTENER).orElseThrow();
        InternetSockets.Socket early =
                recorded.peerOf(recorded.byInode(EARLY_CLIENT).orElseThrow()).orElseThrow();

        assertThat(listener.state()).isEqualTo(TcpState.LISTEN);
        assertThat(listener.waiting()).isEqualTo(2);
        assertThat(recorded.unacceptedBy(listener))
                .hasSize(2)
                .contains(early)
                .extracting(InternetSockets.Socket::state)
                .containsExactlyInAnyOrder(TcpState.ESTABLISHED, TcpState.CLOSE_WAIT);
        assertThat(recorded.listenersOf(early)).containsExactly(listener);
    }

    @Test
    void refusesAnotherText() {
        String header = Recorded.text("net-tcp").lines().findFirst().orElseThrow() + "\n";

        assertThatThrownBy(() -> InternetSockets.parse(List.of("junk\n"))).isInstanceOf(Fault.class);
        assertThatThrownBy(() -> InternetSockets.parse(List.of(header + "junk\n")))
                .isInstanceOf(Fault.class);
    }

    @Test
    void writesAndReadsSocketNames() {
        InternetAddress ipv4 = InternetAddress.of(new byte[] {10, 0, 0, (byte) 200}, 8080, 0);
        InternetAddress ipv6 = new InternetAddress(0xfe80L << 48, 1, 9090, 3);

        assertThat(InternetAddress.ofSocketName(ipv4.socketName(InternetAddress.INET)))
                .isEqualTo(ipv4);
        assertThat(InternetAddress.ofSocketName(ipv4.socketName(InternetAddress.INET6)))
                .isEqualTo(ipv4);
        assertThat(InternetAddress.ofSocketName(ipv6.socketName(InternetAddress.INET6)))
                .isEqualTo(ipv6);
        assertThat(ipv6).hasToString("[fe80:0:0:0:0:0:0:1]:9090");
    }
}
