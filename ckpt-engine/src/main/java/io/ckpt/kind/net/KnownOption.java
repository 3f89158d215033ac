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
        BOTH,
        /** A connected socket answers something else. */
        UNCONNECTED,
        /** A restart could not set it, or not what belongs to it: any other value than the usual one is refused. */
        NEVER
    }

    static final int IP = 0;
    static final int SOCKET = 1;
    static final int TCP = 6;
    static final int UDP = 17;
    static final int IPV6 = 41;
    static final int ICMPV6 = 58;
    static final int RAW = 255;
    static final int PACKET = 263;
    static final int NETLINK = 270;

    /** The table; options that others depend on come first. */
    private static final List<KnownOption> COMMON = List.of(
            number(SOCKET, 2, "SO_REUSEADDR", 0, When.BOTH),
            number(SOCKET, 15, "SO_REUSEPORT", 0, When.BEFORE_BIND),
            text(SOCKET, 25, "SO_BINDTODEVICE", "", When.BEFORE_BIND),
            number(IPV6, 26, "IPV6_V6ONLY", 0, When.BEFORE_BIND),
            number(IP, 15, "IP_FREEBIND", 0, When.BEFORE_BIND),
            number(IP, 19, "IP_TRANSPARENT", 0, When.BEFORE_BIND),
            number(IP, 24, "IP_BIND_ADDRESS_NO_PORT", 0, When.BEFORE_BIND),
            number(IP, 51, "IP_LOCAL_PORT_RANGE", 0, When.BEFORE_BIND),
            number(SOCKET, 1, "SO_DEBUG", 0),
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
            number(SOCKET, 63, "SO_TIMESTAMP_NEW", 0),
            number(SOCKET, 64, "SO_TIMESTAMPNS_NEW", 0),
            bytes(SOCKET, 65, "SO_TIMESTAMPING_NEW", 8),
            number(SOCKET, 40, "SO_RXQ_OVFL", 0),
            number(SOCKET, 41, "SO_WIFI_STATUS", 0),
            number(SOCKET, 42, "SO_PEEK_OFF", -1),
            number(SOCKET, 43, "SO_NOFCS", 0),
            number(SOCKET, 44, "SO_LOCK_FILTER", 0),
            number(SOCKET, 45, "SO_SELECT_ERR_QUEUE", 0),
            number(SOCKET, 46, "SO_BUSY_POLL", 0),
            new KnownOption(SOCKET, 47, "SO_MAX_PACING_RATE", 8, ones(), When.AFTER_CONNECT),
            number(SOCKET, 60, "SO_ZEROCOPY", 0, When.NEVER), // the kernel counts what was sent, and tells the number
            bytes(SOCKET, 61, "SO_TXTIME", 8),
            number(SOCKET, 69, "SO_PREFER_BUSY_POLL", 0),
            number(SOCKET, 73, "SO_RESERVE_MEM", 0, When.NEVER),
            number(SOCKET, 74, "SO_TXREHASH", 1),
            number(SOCKET, 75, "SO_RCVMARK", 0),
            number(SOCKET, 76, "SO_PASSPIDFD", 0),
            number(SOCKET, 82, "SO_RCVPRIORITY", 0),
            number(SOCKET, 83, "SO_PASSRIGHTS", 1),
            number(SOCKET, 84, "SO_INQ", 0),
            number(IP, 2, "IP_TTL", 64),
            bytes(IP, 4, "IP_OPTIONS", 40),
            number(IP, 6, "IP_RECVOPTS", 0),
            number(IP, 7, "IP_RETOPTS", 0),
            number(IP, 8, "IP_PKTINFO", 0),
            number(IP, 10, "IP_MTU_DISCOVER", 1),
            number(IP, 11, "IP_RECVERR", 0),
            number(IP, 12, "IP_RECVTTL", 0),
            number(IP, 13, "IP_RECVTOS", 0),
            number(IP, 18, "IP_PASSSEC", 0),
            number(IP, 20, "IP_RECVORIGDSTADDR", 0),
            number(IP, 21, "IP_MINTTL", 0),
            number(IP, 23, "IP_CHECKSUM", 0),
            number(IP, 26, "IP_RECVERR_RFC4884", 0),
            number(IP, 34, "IP_MULTICAST_LOOP", 1),
            number(IP, 49, "IP_MULTICAST_ALL", 1),
            number(IP, 50, "IP_UNICAST_IF", 0, When.NEVER),
            number(IPV6, 2, "IPV6_2292PKTINFO", 0),
            number(IPV6, 3, "IPV6_2292HOPOPTS", 0),
            number(IPV6, 4, "IPV6_2292DSTOPTS", 0),
            number(IPV6, 5, "IPV6_2292RTHDR", 0),
            number(IPV6, 8, "IPV6_2292HOPLIMIT", 0),
            number(IPV6, 11, "IPV6_FLOWINFO", 0),
            number(IPV6, 16, "IPV6_UNICAST_HOPS", 64),
            number(IPV6, 19, "IPV6_MULTICAST_LOOP", 1),
            number(IPV6, 23, "IPV6_MTU_DISCOVER", 1),
            number(IPV6, 25, "IPV6_RECVERR", 0),
            number(IPV6, 29, "IPV6_MULTICAST_ALL", 1),
            number(IPV6, 30, "IPV6_ROUTER_ALERT_ISOLATE", 0),
            number(IPV6, 31, "IPV6_RECVERR_RFC4884", 0),
            number(IPV6, 33, "IPV6_FLOWINFO_SEND", 0),
            number(IPV6, 49, "IPV6_RECVPKTINFO", 0),
            number(IPV6, 51, "IPV6_RECVHOPLIMIT", 0),
            number(IPV6, 53, "IPV6_RECVHOPOPTS", 0),
            extensions(54, "IPV6_HOPOPTS"),
            extensions(55, "IPV6_RTHDRDSTOPTS"),
            number(IPV6, 56, "IPV6_RECVRTHDR", 0),
            extensions(57, "IPV6_RTHDR"),
            number(IPV6, 58, "IPV6_RECVDSTOPTS", 0),
            extensions(59, "IPV6_DSTOPTS"),
            number(IPV6, 60, "IPV6_RECVPATHMTU", 0),
            number(IPV6, 62, "IPV6_DONTFRAG", 0),
            number(IPV6, 66, "IPV6_RECVTCLASS", 0),
            number(IPV6, 67, "IPV6_TCLASS", 0),
            number(IPV6, 70, "IPV6_AUTOFLOWLABEL", 1),
            number(IPV6, 72, "IPV6_ADDR_PREFERENCES", 0x500),
            number(IPV6, 73, "IPV6_MINHOPCOUNT", 0),
            number(IPV6, 74, "IPV6_RECVORIGDSTADDR", 0),
            number(IPV6, 76, "IPV6_UNICAST_IF", 0, When.NEVER),
            number(IPV6, 77, "IPV6_RECVFRAGSIZE", 0),
            number(TCP, 2, "TCP_MAXSEG", 536, When.UNCONNECTED),
            number(TCP, 1, "TCP_NODELAY", 0),
            number(TCP, 3, "TCP_CORK", 0),
            number(TCP, 4, "TCP_KEEPIDLE", 7200),
            number(TCP, 5, "TCP_KEEPINTVL", 75),
            number(TCP, 6, "TCP_KEEPCNT", 9),
            number(TCP, 7, "TCP_SYNCNT", 6),
            number(TCP, 8, "TCP_LINGER2", 60),
            number(TCP, 9, "TCP_DEFER_ACCEPT", 0),
            number(TCP, 10, "TCP_WINDOW_CLAMP", 0),
            text(TCP, 13, "TCP_CONGESTION", "cubic", When.AFTER_CONNECT),
            number(TCP, 16, "TCP_THIN_LINEAR_TIMEOUTS", 0),
            number(TCP, 18, "TCP_USER_TIMEOUT", 0),
            number(TCP, 23, "TCP_FASTOPEN", 0),
            number(TCP, 25, "TCP_NOTSENT_LOWAT", 0),
            number(TCP, 27, "TCP_SAVE_SYN", 0),
            number(TCP, 30, "TCP_FASTOPEN_CONNECT", 0),
            number(TCP, 34, "TCP_FASTOPEN_NO_COOKIE", 0),
            number(TCP, 36, "TCP_INQ", 0),
            number(TCP, 37, "TCP_TX_DELAY", 0),
            number(TCP, 44, "TCP_RTO_MAX_MS", 120_000),
            number(TCP, 45, "TCP_RTO_MIN_US", 200_000),
            number(TCP, 46, "TCP_DELACK_MAX_US", 200_000));

    /** Streams answer for some of these, and do not take them. */
    private static final List<KnownOption> OF_DATAGRAMS = List.of(
            number(IP, 25, "IP_RECVFRAGSIZE", 0),
            bytes(IP, 32, "IP_MULTICAST_IF", 4),
            number(IP, 33, "IP_MULTICAST_TTL", 1),
            number(IPV6, 18, "IPV6_MULTICAST_HOPS", 1),
            number(UDP, 1, "UDP_CORK", 0),
            number(UDP, 10, "UDPLITE_SEND_CSCOV", 0),
            number(UDP, 11, "UDPLITE_RECV_CSCOV", 0),
            number(UDP, 100, "UDP_ENCAP", 0, When.NEVER),
            number(UDP, 101, "UDP_NO_CHECK6_TX", 0),
            number(UDP, 102, "UDP_NO_CHECK6_RX", 0),
            number(UDP, 103, "UDP_SEGMENT", 0),
            number(UDP, 104, "UDP_GRO", 0),
            number(IP, 3, "IP_HDRINCL", 0),
            number(IP, 22, "IP_NODEFRAG", 0),
            number(IPV6, 36, "IPV6_HDRINCL", 0),
            bytes(RAW, 1, "ICMP_FILTER", 4),
            number(RAW, 7, "IPV6_CHECKSUM", -1),
            bytes(ICMPV6, 1, "ICMPV6_FILTER", 32),
            number(PACKET, 8, "PACKET_AUXDATA", 0),
            number(PACKET, 9, "PACKET_ORIGDEV", 0),
            number(PACKET, 10, "PACKET_VERSION", 0),
            number(PACKET, 12, "PACKET_RESERVE", 0),
            number(PACKET, 14, "PACKET_LOSS", 0),
            number(PACKET, 15, "PACKET_VNET_HDR", 0),
            number(PACKET, 17, "PACKET_TIMESTAMP", 0),
            number(PACKET, 18, "PACKET_FANOUT", 0, When.NEVER),
            number(PACKET, 19, "PACKET_TX_HAS_OFF", 0),
            number(PACKET, 20, "PACKET_QDISC_BYPASS", 0),
            number(PACKET, 23, "PACKET_IGNORE_OUTGOING", 0),
            number(PACKET, 24, "PACKET_VNET_HDR_SZ", 0),
            number(NETLINK, 3, "NETLINK_PKTINFO", 0),
            number(NETLINK, 4, "NETLINK_BROADCAST_ERROR", 0),
            number(NETLINK, 5, "NETLINK_NO_ENOBUFS", 0),
            number(NETLINK, 8, "NETLINK_LISTEN_ALL_NSID", 0),
            number(NETLINK, 10, "NETLINK_CAP_ACK", 0),
            number(NETLINK, 11, "NETLINK_EXT_ACK", 0),
            number(NETLINK, 12, "NETLINK_GET_STRICT_CHK", 0));

    private static final List<KnownOption> ALL =
            Stream.of(COMMON, OF_DATAGRAMS).flatMap(List::stream).toList();
    private static final int STREAM = 1;
    private static final int MOST_TEXT = 16;
    private static final int MOST_EXTENSIONS = 2048;

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

    /** Headers that go with every packet. */
    private static KnownOption extensions(int number, String name) {
        return new KnownOption(IPV6, number, name, MOST_EXTENSIONS, new byte[0], When.NEVER);
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
