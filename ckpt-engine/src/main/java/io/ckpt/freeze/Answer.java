package io.ckpt.freeze;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What came of an inquiry.
 *
 * @param result value or -errno
 * @param bytes the room as the call left it
 */
public record Answer(long result, byte[] bytes) {
    public int intValue() {
        return buffer().getInt();
    }

    public long longValue() {
        return buffer().getLong();
    }

    private ByteBuffer buffer() {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
