package io.ckpt.freeze;

import io.ckpt.kernel.InternetAddress;
import java.util.List;
import java.util.Optional;

/** What a socket among the {@link StolenFile stolen files} answers; nothing of it is consumed or changed. */
public interface StolenSocket {
    /** The network namespace that it was made in, {@code net:[4026531840]}, whichever its holders live in. */
    String network();

    /** The value of an option as the kernel wrote it; empty when this socket has no such option. */
    Optional<byte[]> option(int level, int name, int room);

    /** struct sockaddr of its own end (getsockname(2)). */
    byte[] name();

    /** struct sockaddr of the other end (getpeername(2)); empty when it is not connected. */
    Optional<byte[]> peerName();

    /** The value of an option that asks a question: {@code question}, overwritten by the answer; empty for "there is none". */
    Optional<byte[]> answer(int level, int name, byte[] question);

    /** The program that decides what reaches this socket (SO_ATTACH_FILTER), eight bytes for each instruction. */
    byte[] filter();

    /** True when that program is one of eBPF (SO_ATTACH_BPF), which nobody can read. */
    boolean hasBpf();

    /** True when a TCP socket signs its segments (TCP_MD5SIG). The kernel does not tell while it is unconnected. */
    boolean hasTcpKeys();

    /** What waits to be received from a TCP connection; empty when an urgent byte hides part of it. */
    Optional<TcpStream> received();

    /** What waits to be received: the messages, or the bytes of a stream in pieces that no descriptors lie between. */
    List<Message> messages();

    /**
     * Inode of the socket that a UNIX socket is connected to, asked of sock_diag(7) in the network namespace of the
     * process; 0 when that socket is closed or not accepted yet, or there is none.
     */
    long peerInode();

    /** Inodes of those whose connections wait to be accepted by a UNIX socket; 0 for one that was closed since. */
    List<Long> pendingInodes();

    /** How many connections may wait to be accepted by a UNIX socket. */
    int unixBacklog();

    /** What only sock_diag(7) tells of a packet socket. */
    PacketFacts packets();

    /**
     * A queue of a TCP connection. The kernel tells it in repair mode only, which the socket enters and leaves within
     * this call; see {@code ckpt_read_tcp_queue}.
     */
    TcpQueue tcpQueue(Direction direction);

    /**
     * What waits in the connections that nobody has accepted from this TCP socket, in the order of {@code clients}, their
     * other ends, which connect and send it once more within this call; see {@code ckpt_read_unaccepted}. Empty, and
     * nothing has happened, when others wait too.
     *
     * @param expected about how many bytes
     */
    Optional<List<TcpStream>> unaccepted(List<TcpClient> clients, long expected);

    /**
     * One message of a queue.
     *
     * @param sender its sender's address, empty when it has none
     * @param files that come with it
     * @param owner who sent it, where the kernel has noted that
     */
    record Message(byte[] bytes, byte[] sender, List<StolenFile> files, Optional<Sender> owner) {}

    /** Who sent a message. */
    record Sender(int uid, int gid) {}

    /**
     * @param hasRing the kernel shares rings of packets with it (PACKET_MMAP)
     * @param memberships what it has joined, one struct packet_diag_mclist after the other
     */
    record PacketFacts(boolean hasRing, byte[] memberships) {}

    /** Which of its two queues. */
    enum Direction {
        RECEIVING,
        SENDING
    }

    /**
     * A queue of a TCP connection.
     *
     * @param bytes to be received, or written and not yet acknowledged
     * @param end sequence number behind the last byte; one more once the stream was closed
     * @param unsent how many of the last bytes have never been sent
     * @param window struct tcp_repair_window: five numbers
     */
    record TcpQueue(byte[] bytes, int end, int unsent, List<Integer> window) {}

    /**
     * Who has connected.
     *
     * @param file empty when it is closed
     */
    record TcpClient(InternetAddress address, Optional<StolenFile> file) {}

    /**
     * What one end of a TCP connection has written and the other has not read.
     *
     * @param urgent which byte is urgent (MSG_OOB), from 0; -1 for none
     * @param isUrgentRead that byte has been read, out of its order
     */
    record TcpStream(byte[] bytes, int urgent, boolean isUrgentRead) {
        public static TcpStream of(byte[] bytes) {
            return new TcpStream(bytes, -1, false);
        }

        public boolean hasUrgent() {
            return urgent >= 0;
        }
    }
}
