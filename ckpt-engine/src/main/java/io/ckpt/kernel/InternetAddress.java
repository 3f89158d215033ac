package io.ckpt.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * An address and port of ip(7) or ipv6(7). An IPv4 address is the same whether a socket of IPv4 or of IPv6
 * ({@code ::ffff:127.0.0.1}) shows it.
 *
 * @param high the first eight bytes of an IPv6 address
 * @param low the last eight; of an IPv4 address the last four, after {@code ffff}
 * @param scope interface that a link-local address belongs to; else 0
 */
public record InternetAddress(long high, long low, int port, int scope) {
    public static final int INET = 2;
    public static final int INET6 = 10;

    private static final int SIZE_OF_INET = 16;
    private static final int SIZE_OF_INET6 = 28;
    private static final int IPV4_BYTES = 4;
    private static final long MAPPED = 0xffff_0000_0000L;
    private static final long LOOPBACK = 1;

    /** {@code ip}: 4 or 16 bytes in network order. */
    public static InternetAddress of(byte[] ip, int port, int scope) {
        ByteBuffer bytes = ByteBuffer.wrap(ip);
        if (ip.length == IPV4_BYTES) {
            return new InternetAddress(0, MAPPED | Integer.toUnsignedLong(bytes.getInt()), port, scope);
        }
        return new InternetAddress(bytes.getLong(), bytes.getLong(), port, scope);
    }

    /** From struct sockaddr_in or sockaddr_in6. */
    public static InternetAddress ofSocketName(byte[] name) {
        ByteBuffer bytes = ByteBuffer.wrap(name);
        int port = Short.toUnsignedInt(bytes.getShort(2));
        if (name.length == SIZE_OF_INET) {
            return new InternetAddress(0, MAPPED | Integer.toUnsignedLong(bytes.getInt(4)), port, 0);
        }
        int scope = bytes.order(ByteOrder.nativeOrder()).getInt(24);
        bytes.order(ByteOrder.BIG_ENDIAN);
        return new InternetAddress(bytes.getLong(8), bytes.getLong(16), port, scope);
    }

    /** The loopback address of the same version. */
    public InternetAddress loopback(int newPort) {
        return isIpv4() ? of(new byte[] {127, 0, 0, 1}, newPort, 0) : new InternetAddress(0, LOOPBACK, newPort, 0);
    }

    public boolean isIpv4() {
        return high == 0 && low >>> 32 == 0xffff;
    }

    /** 0.0.0.0, :: or ::ffff:0.0.0.0. */
    public boolean isAny() {
        return high == 0 && (low == 0 || low == MAPPED);
    }

    /** Of a group, or everybody (255.255.255.255). */
    public boolean isMulticast() {
        return isIpv4() ? (low >>> 28 & 0xf) >= 0xe : high >>> 56 == 0xff;
    }

    public boolean isLoopback() {
        return isIpv4() ? (low >>> 24 & 0xff) == 127 : high == 0 && low == LOOPBACK;
    }

    /** 4 or 16 bytes in network order. */
    public byte[] ip() {
        return isIpv4()
                ? ByteBuffer.allocate(IPV4_BYTES).putInt((int) low).array()
                : ByteBuffer.allocate(16).putLong(high).putLong(low).array();
    }

    public InternetAddress withIp(byte[] other) {
        return of(other, port, scope);
    }

    public InternetAddress withPort(int other) {
        return new InternetAddress(high, low, other, scope);
    }

    public InternetAddress withoutScope() {
        return new InternetAddress(high, low, port, 0);
    }

    /** struct sockaddr_in or sockaddr_in6, as {@code family} wants it. */
    public byte[] socketName(int family) {
        if (family == INET) {
            return start(SIZE_OF_INET, family).putInt((int) low).array();
        }
        ByteBuffer name = start(SIZE_OF_INET6, family).putInt(0).putLong(high).putLong(low);
        return name.order(ByteOrder.nativeOrder()).putInt(scope).array();
    }

    private ByteBuffer start(int size, int family) {
        ByteBuffer name =
                ByteBuffer.allocate(size).order(ByteOrder.nativeOrder()).putShort((short) family);
        return name.order(ByteOrder.BIG_ENDIAN).putShort((short) port);
    }

    /** {@code 127.0.0.1:80}, {@code [fe80:0:0:0:0:0:0:1]:80}. */
    @Override
    public String toString() {
        ByteBuffer bytes = ByteBuffer.wrap(ip());
        StringBuilder text = new StringBuilder();
        if (isIpv4()) {
            while (bytes.hasRemaining()) {
                text.append(text.isEmpty() ? "" : ".").append(Byte.toUnsignedInt(bytes.get()));
            }
            return text + ":" + port;
        }
        while (bytes.hasRemaining()) {
            text.append(text.isEmpty() ? "" : ":").append(Integer.toHexString(Short.toUnsignedInt(bytes.getShort())));
        }
        return "[" + text + "]:" + port;
    }

    /**
     * From the tables in /proc/net, where each four bytes of an address are printed as a number of this machine:
     * {@code 0100007F:1F90}.
     */
    public static InternetAddress ofTable(String text) {
        int colon = text.indexOf(':');
        ByteBuffer words = ByteBuffer.wrap(HexFormat.of().parseHex(text.substring(0, colon)));
        ByteBuffer ip = ByteBuffer.allocate(words.capacity()).order(ByteOrder.nativeOrder());
        while (words.hasRemaining()) {
            ip.putInt(words.getInt());
        }
        return of(ip.array(), Integer.parseInt(text.substring(colon + 1), 16), 0);
    }
}
