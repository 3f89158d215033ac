package io.ckpt.kind.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.ckpt.freeze.StolenSocket.Direction;
import io.ckpt.freeze.StolenSocket.TcpQueue;
import io.ckpt.freeze.StolenSocket.TcpStream;
import io.ckpt.image.v1.TcpConnection;
import io.ckpt.image.v1.TcpListener;
import io.ckpt.kernel.EpollEvents;
import io.ckpt.kernel.FileMode;
import io.ckpt.kernel.InternetAddress;
import io.ckpt.kind.RecordedContext;
import io.ckpt.kind.RecordedFile;
import io.ckpt.kind.RecordedProcess;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TcpCaptureTest {
    private static final int ESTABLISHED = 1;
    private static final int LISTEN = 10;
    private static final int CLOSE = 7;
    private static final String HEADER =
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
    private static final String REST = " 00:00000000 00000000     0        0 ";

    private final RecordedProcess process = new RecordedProcess(4711, 1).text("net/tcp6", HEADER);
    private final RecordedContext context = new RecordedContext(process);

    /** While the queues are read the sender's goes on to empty itself into the receiver's. */
    @Test
    void keepsEveryByteOnceWhereverItIsOnItsWay() {
        table(client("00000008:00000000", 11), server("00000000:00000004", 12));
        RecordedFile client = socket(3, 11, ESTABLISHED);
        RecordedFile server = socket(4, 12, ESTABLISHED);
        client.socket().queue(Direction.SENDING, queue("cdefgh", 1008));
        server.socket().queue(Direction.RECEIVING, queue("abcde", 1005));

        TcpConnection state = new TcpConnectionKind().capture(client, context);

        assertThat(state.getEnds(0).getUnsent().toStringUtf8()).isEqualTo("fgh");
        assertThat(state.getEnds(1).getReceived().toStringUtf8()).isEqualTo("abcde");
        assertThat(new TcpConnectionKind().capture(server, context).getMadeBy()).isEqualTo("file:3");
        assertThat(context.refusals()).isEmpty();
    }

    @Test
    void needsNoRepairModeForAQuietConnection() {
        table(client("00000000:00000000", 11), server("00000000:00000006", 12));
        RecordedFile client = socket(3, 11, ESTABLISHED);
        socket(4, 12, ESTABLISHED).socket().queued("queued");

        TcpConnection state = new TcpConnectionKind().capture(client, context);

        assertThat(state.getEnds(0).getUnsent()).isEmpty();
        assertThat(state.getEnds(1).getReceived().toStringUtf8()).isEqualTo("queued");
    }

    /** No call puts an urgent byte into a queue: its sender has to. */
    @Test
    void leavesAnUrgentByteAndWhatIsBehindItToTheSender() {
        table(client("00000000:00000000", 11), server("00000000:00000006", 12));
        RecordedFile client = socket(3, 11, ESTABLISHED);
        socket(4, 12, ESTABLISHED)
                .socket()
                .queued("ab!cd", 2, true)
                .number(KnownOption.SOCKET, Settings.RECEIVE_ROOM, 131072);

        TcpConnection state = new TcpConnectionKind().capture(client, context);

        assertThat(state.getEnds(1).getReceived().toStringUtf8()).isEqualTo("ab");
        assertThat(state.getEnds(0).getUnsent().toStringUtf8()).isEqualTo("!cd");
        assertThat(state.getEnds(0).getUrgent()).isEqualTo(1);
        assertThat(state.getEnds(0).getUrgentRead()).isTrue();
    }

    @Test
    void refusesAnUrgentByteAmongWhatIsOnItsWay() {
        table(client("00000008:00000000", 11), server("00000000:00000004", 12));
        RecordedFile client = socket(3, 11, ESTABLISHED);
        RecordedFile server = socket(4, 12, ESTABLISHED);
        client.socket().queue(Direction.SENDING, queue("cdefgh", 1008));
        server.socket().queue(Direction.RECEIVING, queue("abcde", 1005)).queued("abcde", 4, false);

        new TcpConnectionKind().capture(client, context);
        assertThat(context.refusals().get(0).toString()).contains("fd 4").contains("urgent data (MSG_OOB)");
    }

    @Test
    void tellsWhoseOtherEndIsWhere() {
        table(client("00000000:00000000", 11), server("00000000:00000000", 99));
        assertThat(TcpRole.of(socket(3, 11, ESTABLISHED), context)).isEqualTo(TcpRole.OUTSIDE);
        assertThat(TcpRole.of(socket(5, 13, LISTEN), context)).isEqualTo(TcpRole.LISTENING);
    }

    @Test
    void keepsWhichEndedConnectionsHoldThePort() {
        table(listener(13), "   1: 0100007F:0050 0100007F:9C40 06 00000000:00000000" + REST + "0 3 0 20 4 30 10 -1\n");

        TcpListener state = new TcpListenerKind().capture(socket(5, 13, LISTEN), context);
        assertThat(state.getFormerList()).singleElement().satisfies(former -> assertThat(
                        Endpoints.address(former.getPeer()))
                .hasToString("127.0.0.1:40000"));
    }

    @Test
    void keepsWhatWaitsInAConnectionThatNobodyHasAccepted() {
        table(client("00000000:00000000", 11), server("00000000:00000005", 0), listener(13));
        RecordedFile client = socket(3, 11, ESTABLISHED);
        RecordedFile listener = socket(5, 13, LISTEN);
        listener.socket().unaccepted(new TcpStream("early".getBytes(StandardCharsets.UTF_8), 1, false));

        TcpListener state = new TcpListenerKind().capture(listener, context);

        assertThat(TcpRole.of(client, context)).isEqualTo(TcpRole.CONNECTING);
        assertThat(state.getUnacceptedList()).singleElement().satisfies(end -> {
            assertThat(end.getFileId()).isEqualTo("file:3");
            assertThat(end.getUnsent().toStringUtf8()).isEqualTo("early");
            assertThat(end.getUrgent()).isEqualTo(2);
            assertThat(end.getClosed()).isFalse();
        });
        assertThat(context.refusals()).isEmpty();
    }

    @Test
    void keepsWhatAClosedClientHadWritten() {
        table(client("00000000:00000000", 0), server("00000000:00000005", 0).replace(" 01 ", " 08 "), listener(13));
        RecordedFile listener = socket(5, 13, LISTEN);
        listener.socket().unaccepted(TcpStream.of("last".getBytes(StandardCharsets.UTF_8)));

        TcpListener state = new TcpListenerKind().capture(listener, context);

        assertThat(state.getUnacceptedList()).singleElement().satisfies(end -> {
            assertThat(end.getFileId()).isEmpty();
            assertThat(Endpoints.address(end.getAddress())).hasToString("127.0.0.1:40000");
            assertThat(Endpoints.address(end.getPeer())).hasToString("127.0.0.1:80");
            assertThat(end.getUnsent().toStringUtf8()).isEqualTo("last");
        });
    }

    @Test
    void acceptsNothingWhoseOtherEndIsOutside() {
        table(client("00000000:00000000", 99), server("00000000:00000005", 0), listener(13));
        new TcpListenerKind().capture(socket(5, 13, LISTEN), context);
        assertThat(context.refusals().get(0).toString())
                .contains("the connection from 127.0.0.1:40000 waits to be accepted, with data in it")
                .contains("the other end of one that waits is not in the job");
    }

    @Test
    void acceptsNothingOfWhichSignalsTell() {
        table(client("00000000:00000000", 11), server("00000000:00000005", 0), listener(13));
        socket(3, 11, ESTABLISHED).info("pos:\t0\nflags:\t020002\nmnt_id:\t10\nino:\t11\n");
        new TcpListenerKind().capture(socket(5, 13, LISTEN), context);
        assertThat(context.refusals().get(0).toString()).contains("and fd 3 sends signals (O_ASYNC)");
    }

    @Test
    void refusesWhereOthersCameMeanwhile() {
        table(client("00000000:00000000", 11), server("00000000:00000005", 0), listener(13));
        socket(3, 11, ESTABLISHED);
        new TcpListenerKind().capture(socket(5, 13, LISTEN), context);
        assertThat(context.refusals().get(0).toString()).contains("others came while it was looked at");
    }

    /** What is left of a connection tells the segment size of that. */
    @Test
    void keepsTheSegmentSizeOfSocketsThatWereNeverConnected() {
        RecordedFile fresh = socket(3, 11, CLOSE);
        RecordedFile ended = socket(4, 12, CLOSE).ready(EpollEvents.RDHUP);
        fresh.socket().number(KnownOption.TCP, 2, 1000);
        ended.socket().number(KnownOption.TCP, 2, 32768);

        assertThat(Settings.of(fresh, context).getOptionsCount()).isEqualTo(1);
        assertThat(Settings.of(ended, context).getOptionsCount()).isZero();
    }

    @Test
    void refusesWhatNobodyCanRead() {
        table(client("00000000:00000000", 11), server("00000000:00000000", 12));
        RecordedFile client = socket(3, 11, ESTABLISHED);
        client.socket().bpf().keys();
        socket(4, 12, ESTABLISHED);

        new TcpConnectionKind().capture(client, context);
        assertThat(context.refusals().get(0).toString()).contains("a program of eBPF filters");
        assertThat(context.refusals().get(1).toString()).contains("TCP_MD5SIG");
    }

    private void table(String... lines) {
        process.text("net/tcp", HEADER + String.join("", lines));
    }

    private static String client(String queues, int inode) {
        return "   0: 0100007F:9C40 0100007F:0050 01 " + queues + REST + inode + " 1 0 20 4 30 10 -1\n";
    }

    private static String server(String queues, int inode) {
        return "   1: 0100007F:0050 0100007F:9C40 01 " + queues + REST + inode + " 1 0 20 4 30 10 -1\n";
    }

    private static String listener(int inode) {
        return "   2: 00000000:0050 00000000:0000 0A 00000000:00000001" + REST + inode + " 1 0 100 0 0 10 0\n";
    }

    private static TcpQueue queue(String bytes, int end) {
        return new TcpQueue(bytes.getBytes(StandardCharsets.UTF_8), end, 0, List.of(0, 0, 0, 0, 0));
    }

    private RecordedFile socket(int number, long inode, int state) {
        byte[] info = new byte[104];
        info[0] = (byte) state;
        RecordedFile file = process.file(number, number)
                .link("socket:[" + inode + "]")
                .info("pos:\t0\nflags:\t02\nmnt_id:\t10\nino:\t" + inode + "\n")
                .status(FileMode.SOCKET | 0777, inode, 1, 0, 0);
        file.socket()
                .at(InternetAddress.of(new byte[] {127, 0, 0, 1}, 40000, 0), InternetAddress.INET)
                .number(KnownOption.SOCKET, 3, 1)
                .number(KnownOption.SOCKET, 38, 6)
                .number(KnownOption.SOCKET, 39, InternetAddress.INET)
                .value(KnownOption.TCP, 11, info);
        return file;
    }
}
