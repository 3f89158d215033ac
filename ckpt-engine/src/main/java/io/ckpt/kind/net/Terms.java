package io.ckpt.kind.net;

import io.ckpt.image.v1.TcpTerms;
import io.ckpt.plan.Data;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** What both ends of a connection agreed on, as TCP_REPAIR_OPTIONS takes it. */
final class Terms {
    private static final int MAXIMUM_SEGMENT = 2;
    private static final int WINDOW_SCALE = 3;
    private static final int SACK_PERMITTED = 4;
    private static final int TIMESTAMPS = 8;

    private Terms() {}

    /** As the other end sees it. */
    static TcpTerms mirrored(TcpTerms terms) {
        return terms.toBuilder()
                .setSendScale(terms.getReceiveScale())
                .setReceiveScale(terms.getSendScale())
                .build();
    }

    static Data data(TcpTerms terms) {
        List<Integer> pairs = new ArrayList<>(List.of(MAXIMUM_SEGMENT, terms.getLargestSegment()));
        StringBuilder text = new StringBuilder("{mss=" + terms.getLargestSegment());
        if (terms.getScaled()) {
            pairs.addAll(List.of(WINDOW_SCALE, terms.getSendScale() | terms.getReceiveScale() << 16));
            text.append(", wscale=").append(terms.getSendScale()).append('/').append(terms.getReceiveScale());
        }
        if (terms.getSelectiveAcks()) {
            pairs.addAll(List.of(SACK_PERMITTED, 0));
            text.append(", sack");
        }
        if (terms.getTimestamps()) {
            pairs.addAll(List.of(TIMESTAMPS, 0));
            text.append(", timestamps");
        }
        ByteBuffer bytes = ByteBuffer.allocate(pairs.size() * Integer.BYTES).order(ByteOrder.nativeOrder());
        pairs.forEach(bytes::putInt);
        return Data.struct(bytes.array(), text.append('}').toString());
    }
}
