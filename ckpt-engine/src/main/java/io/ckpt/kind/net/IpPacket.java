package io.ckpt.kind.net;

import io.ckpt.kernel.InternetAddress;
import java.nio.ByteBuffer;

/** A datagram of UDP as it travels: with the headers of IP and UDP, so that it can come from anywhere. */
final class IpPacket {
    private static final int UDP = 17;
    private static final int UDP_HEADER = 8;
    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int HOPS = 64;

    private IpPacket() {}

    /** Both of one version of IP. The kernel completes the length and the checksum of an IPv4 header. */
    static byte[] ofUdp(InternetAddress sender, InternetAddress receiver, byte[] data) {
        byte[] udp = udp(sender, receiver, data);
        ByteBuffer packet;
        if (receiver.isIpv4()) {
            packet = ByteBuffer.allocate(IPV4_HEADER + udp.length)
                    .put(0, (byte) 0x45)
                    .put(8, (byte) HOPS)
                    .put(9, (byte) UDP)
                    .put(12, sender.ip())
                    .put(16, receiver.ip());
        } else {
            packet = ByteBuffer.allocate(IPV6_HEADER + udp.length)
                    .put(0, (byte) 0x60)
                    .putShort(4, (short) udp.length)
                    .put(6, (byte) UDP)
                    .put(7, (byte) HOPS)
                    .put(8, sender.ip())
                    .put(24, receiver.ip());
        }
        return packet.put(packet.capacity() - udp.length, udp).array();
    }

    private static byte[] udp(InternetAddress sender, InternetAddress receiver, byte[] data) {
        ByteBuffer udp = ByteBuffer.allocate(UDP_HEADER + data.length)
                .putShort((short) sender.port())
                .putShort((short) receiver.port())
                .putShort((short) (UDP_HEADER + data.length))
                .putShort((short) 0)
                .put(data);
        int sum = sum(sender.ip()) + sum(receiver.ip()) + UDP + udp.capacity() + sum(udp.array());
        int checksum = ~folded(sum) & 0xffff;
        return udp.putShort(6, (short) (checksum == 0 ? 0xffff : checksum)).array();
    }

    /** Of 16-bit words, as RFC 1071 has it. */
    private static int sum(byte[] bytes) {
        int sum = 0;
        for (int i = 0; i < bytes.length; i++) {
            sum = folded(sum + (Byte.toUnsignedInt(bytes[i]) << (i % 2 == 0 ? Byte.SIZE : 0)));
        }
        return sum;
    }

    private static int folded(int sum) {
        int folded = sum;
        while (folded > 0xffff) {
            folded = (folded & 0xffff) + (folded >>> 16);
        }
        return folded;
    }
}
