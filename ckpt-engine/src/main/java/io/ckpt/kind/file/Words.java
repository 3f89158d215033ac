package io.ckpt.kind.file;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Structures of the kernel that are nothing but 64-bit words. */
final class Words {
    private Words() {}

    static byte[] bytes(long... words) {
        ByteBuffer buffer = ByteBuffer.allocate(words.length * Long.BYTES).order(ByteOrder.nativeOrder());
        for (long word : words) {
            buffer.putLong(word);
        }
        return buffer.array();
    }
}
