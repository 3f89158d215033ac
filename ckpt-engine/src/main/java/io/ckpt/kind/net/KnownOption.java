package io.ckpt.kind.net;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An option that an application can set on a socket, as socket(7), ip(7), ipv6(7), tcp(7) and unix(7) describe it.
 *
 * @param size of its value in bytes; the most of them for a text
 * @param usual what a new socket has; only other values are kept
 */
record KnownOption(int level, int number, String name, int size, byte[] usual, When when) {
    /** When it is set again. */
    enum When {
        BEFORE_BIND,
        AFTER_CONNECT,
        /** The kernel forgets it when a socket leaves repair mode. */
        BOTH
    }

    static final int IP = 0;
    static final int SOCKET = 1;
    static final int TCP = 6;
    static final int UDP = 17;
    static final int IPV6 = 41;

    /** The table; options that others depend on come first. */
    private static final List<KnownOption> COMMON = List.of(
            number(SOCKET, 2, "SO_REUSEADDR", 0, When.BOTH),
            number(SOCKET, 15, "SO_REUSEPORT", 0, When.BEFORE_BIND),
            text(SOCKET, 25, "SO_BINDTODEVICE", "", When.BEFORE_BIND),
            number(IPV6, 26, "IPV6_V6ONLY", 0, When.BEFORE_BIND),
            number(IP, 15, "IP_FREEBIND", 0, When.BEFORE_BIND),
            number(IP, 19, "IP_TRANSPARENT", 0, When.BEFORE_BIND),
            number(IP, 24, "IP_BIND_ADDRESS_NO_PORT", 0, When.BEFORE_BIND),
            number(IP, 1, "IP_TOS", 0),
            number(SOCKET, 12, "SO_PRIORITY", 0),
            number(SOCKET, 36, "SO_MARK", 0),
            number(SOCKET, 5, "SO_DONTROUTE", 0),
            number(SOCKET, 6, "SO_BROADCAST", 0),
            number(SOCKET, 9, "SO_KEEPALIVE", 0),
            number(SOCKET, 10, "SO_OOBINLINE", 0),
            number(SOCKET, 11, "SO_NO_CHECK", 0),
            bytes(SOCKET, 13, "SO_LINGER", 8),
            number(SOCKET, 16, "SO_PASSCRED", 0),
            number(SOCKET, 18, "SO_RCVLOWAT", 1),
            bytes(SOCKET, 20, "SO_RCVTIMEO", 16),
            bytes(SOCKET, 21, "SO_SNDTIMEO", 16),
            number(SOCKET, 29, "SO_TIMESTAMP", 0),
            number(SOCKET, 34, "SO_PASSSEC", 0),
            number(SOCKET, 35, "SO_TIMESTAMPNS", 0),
            bytes(SOCKET, 37, "SO_TIMESTAMPING", 8),
            number(SOCKET, 40, "SO_RXQ_OVFL", 0),
            number(SOCKET, 42, "SO_PEEK_OFF", -1),
            number(SOCKET, 46, "SO_BUSY_POLL", 0),
            new KnownOption(SOCKET, 47, "SO_MAX_PACING_RATE", 8, ones(), When.AFTER_CONNECT),
            number(SOCKET, 60, "SO_ZEROCOPY", 0),
            number(SOCKET, 76, "SO_PASSPIDFD", 0),
            number(IP, 2, "IP_TTL", 64),
            number(IP, 6, "IP_RECVOPTS", 0),
            number(IP, 8, "IP_PKTINFO", 0),
            number(IP, 10, "IP_MTU_DISCOVER", 1),
            number(IP, 11, "IP_RECVERR", 0),
            number(IP, 12, "IP_RECVTTL", 0),
            number(IP, 13, "IP_RECVTOS", 0),
            number(IP, 20, "IP_RECVORIGDSTADDR", 0),
            number(IP, 21, "IP_MINTTL", 0),
            number(IPV6, 16, "IPV6_UNICAST_HOPS", 64),
            number(IPV6, 23, "IPV6_MTU_DISCOVER", 1),
            number(IPV6, 25, "IPV6_RECVERR", 0),
            number(IPV6, 49, "IPV6_RECVPKTINFO", 0),
            number(IPV6, 51, "IPV6_RECVHOPLIMIT", 0),
            number(IPV6, 62, "IPV6_DONTFRAG", 0),
            number(IPV6, 66, "IPV6_RECVTCLASS", 0),
            number(IPV6, 67, "IPV6_TCLASS", 0),
            number(TCP, 1, "TCP_NODELAY", 0),
            number(TCP, 3, "TCP_CORK", 0),
            number(TCP, 4, "TCP_KEEPIDLE", 7200),
            number(TCP, 5, "TCP_KEEPINTVL", 75),
            number(TCP, 6, "TCP_KEEPCNT", 9),
            number(TCP, 7, "TCP_SYNCNT", 6),
            number(TCP, 8, "TCP_LINGER2", 60),
            number(TCP, 9, "TCP_DEFER_ACCEPT", 0),
            text(TCP, 13, "TCP_CONGESTION", "cubic", When.AFTER_CONNECT),
            number(TCP, 16, "TCP_THIN_LINEAR_TIMEOUTS", 0),
            number(TCP, 18, "TCP_USER_TIMEOUT", 0),
            number(TCP, 23, "TCP_FASTOPEN", 0),
            number(TCP, 25, "TCP_NOTSENT_LOWAT", 0),
            number(TCP, 27, "TCP_SAVE_SYN", 0),
            number(TCP, 30, "TCP_FASTOPEN_CONNECT", 0),
            number(TCP, 36, "TCP_INQ", 0),
            number(TCP, 37, "TCP_TX_DELAY", 0));

    /** Streams answer for some of these, and do not take them. */
    private static final List<KnownOption> OF_DATAGRAMS = List.of(
            number(IP, 33, "IP_MULTICAST_TTL", 1),
            number(IP, 34, "IP_MULTICAST_LOOP", 1),
            number(IP, 49, "IP_MULTICAST_ALL", 1),
            number(IPV6, 18, "IPV6_MULTICAST_HOPS", 1),
            number(IPV6, 19, "IPV6_MULTICAST_LOOP", 1),
            number(UDP, 1, "UDP_CORK", 0),
            number(UDP, 101, "UDP_NO_CHECK6_TX", 0),
            number(UDP, 102, "UDP_NO_CHECK6_RX", 0),
            number(UDP, 103, "UDP_SEGMENT", 0),
            number(UDP, 104, "UDP_GRO", 0));

    private static final List<KnownOption> ALL =
            Stream.of(COMMON, OF_DATAGRAMS).flatMap(List::stream).toList();
    private static final int STREAM = 1;
    private static final int MOST_TEXT = 16;

    /** Those that a socket of this type takes. */
    static List<KnownOption> of(int type) {
        return type == STREAM ? COMMON : ALL;
    }

    static Optional<KnownOption> find(int level, int number) {
        return ALL.stream()
                .filter(option -> option.level == level && option.number == number)
                .findFirst();
    }

    boolean isUsual(byte[] value) {
        return Arrays.equals(shortened(value), shortened(usual));
    }

    private static KnownOption number(int level, int number, String name, int usual) {
        return number(level, number, name, usual, When.AFTER_CONNECT);
    }

    private static KnownOption number(int level, int number, String name, int usual, When when) {
        byte[] value = ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(usual)
                .array();
        return new KnownOption(level, number, name, Integer.BYTES, value, when);
    }

    /** A structure, all zero in a new socket. */
    private static KnownOption bytes(int level, int number, String name, int size) {
        return new KnownOption(level, number, name, size, new byte[0], When.AFTER_CONNECT);
    }

    private static KnownOption text(int level, int number, String name, String usual, When when) {
        byte[] value = usual.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        return new KnownOption(level, number, name, MOST_TEXT, value, when);
    }

    private static byte[] ones() {
        byte[] ones = new byte[Long.BYTES];
        Arrays.fill(ones, (byte) 0xff);
        return ones;
    }

    /** Without the zeros at the end: what the kernel fills up with. */
    private static byte[] shortened(byte[] value) {
        int length = value.length;
        while (length > 0 && value[length - 1] == 0) {
            length--;
        }
        return Arrays.copyOf(value, length);
    }
}
