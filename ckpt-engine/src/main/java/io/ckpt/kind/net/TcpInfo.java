package io.ckpt.kind.net;

import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.TcpTerms;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** struct tcp_info of tcp(7). */
record TcpInfo(ByteBuffer bytes) {
    private static final int TCP_INFO = 11;
    private static final int ROOM = 104;
    private static final int TIMESTAMPS = 1;
    private static final int SELECTIVE_ACKS = 2;
    private static final int SCALED = 4;

    /** What a timestamp takes away from each segment. */
    private static final int TIMESTAMP_BYTES = 12;

    static TcpInfo of(StolenFile file) {
        byte[] value = file.socket().option(KnownOption.TCP, TCP_INFO, ROOM).orElse(new byte[ROOM]);
        return new TcpInfo(ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()));
    }

    /** Of a listening socket: how many connections may wait to be accepted. */
    int backlog() {
        return bytes.getInt(28);
    }

    /** The largest segment that it told the other end to send. */
    int advertisedSegment() {
        return bytes.getInt(84);
    }

    TcpTerms terms() {
        int agreed = bytes.get(5);
        int scales = Byte.toUnsignedInt(bytes.get(6));
        boolean timestamps = (agreed & TIMESTAMPS) != 0;
        return TcpTerms.newBuilder()
                .setLargestSegment(bytes.getInt(16) + (timestamps ? TIMESTAMP_BYTES : 0))
                .setSendScale(scales & 0xf)
                .setReceiveScale(scales >> 4)
                .setScaled((agreed & SCALED) != 0)
                .setSelectiveAcks((agreed & SELECTIVE_ACKS) != 0)
                .setTimestamps(timestamps)
                .build();
    }
}
