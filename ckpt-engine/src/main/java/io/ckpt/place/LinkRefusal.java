package io.ckpt.place;

import io.ckpt.kernel.Errno;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What a launcher hears instead of its init's LINK_UP when it gets none: {@code struct link_message} of ckpt-run. */
public final class LinkRefusal {
    private static final int LINK_UP = 1;
    private static final int TEXT_ROOM = 1024;

    private LinkRefusal() {}

    /** @param why cut where it is too long */
    public static byte[] encode(String why) {
        byte[] text = why.getBytes(StandardCharsets.UTF_8);
        ByteBuffer packet = ByteBuffer.allocate(2 * Integer.BYTES + TEXT_ROOM).order(ByteOrder.nativeOrder());
        packet.putInt(LINK_UP).putInt(-Errno.EPERM.number());
        packet.put(Arrays.copyOf(text, Math.min(text.length, TEXT_ROOM - 1)));
        return packet.array();
    }
}
