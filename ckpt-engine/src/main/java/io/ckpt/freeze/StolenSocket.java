package io.ckpt.freeze;

import java.util.List;
import java.util.Optional;

/** What a socket among the {@link StolenFile stolen files} answers; nothing of it is consumed or changed. */
public interface StolenSocket {
    /** The value of an option as the kernel wrote it; empty when this socket has no such option. */
    Optional<byte[]> option(int level, int name, int room);

    /** struct sockaddr of its own end (getsockname(2)). */
    byte[] name();

    /** struct sockaddr of the other end (getpeername(2)); empty when it is not connected. */
    Optional<byte[]> peerName();

    /** True when a program decides what reaches this socket (SO_ATTACH_FILTER, SO_ATTACH_BPF). */
    boolean hasFilter();

    /** What waits to be received from a stream. */
    byte[] peekBytes();

    /**
     * A queue of a TCP connection. The kernel tells it in repair mode only, which the socket enters and leaves within
     * this call; see {@code ckpt_read_tcp_queue}.
     */
    TcpQueue tcpQueue(Direction direction);

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
}
