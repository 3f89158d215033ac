package io.ckpt.image;

import io.ckpt.fault.Fault;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256, which every Java has. */
final class Sha256 {
    private Sha256() {}

    static byte[] of(byte[] bytes) {
        return of(ByteBuffer.wrap(bytes));
    }

    /** Hash of what remains; the buffer is left as it is. */
    static byte[] of(ByteBuffer bytes) {
        MessageDigest digest = digest();
        digest.update(bytes.duplicate());
        return digest.digest();
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw Fault.internal("no SHA-256 in this Java", e);
        }
    }
}
