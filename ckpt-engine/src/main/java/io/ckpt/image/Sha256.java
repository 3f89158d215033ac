package io.ckpt.image;

import com.google.protobuf.ByteString;
import io.ckpt.fault.Fault;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256, which every Java has. */
final class Sha256 {
    static final int BYTES = 32;
    private static final int PIECE_BYTES = 64 << 10;
    /** Extents may be small and many: what hashing needs is kept from one to the next. */
    private static final ThreadLocal<Sha256> MINE = ThreadLocal.withInitial(Sha256::new);

    private final MessageDigest digest = digest();
    private final byte[] piece = new byte[PIECE_BYTES];

    private Sha256() {}

    static byte[] of(byte[] bytes) {
        return of(ByteBuffer.wrap(bytes));
    }

    /**
     * Hash of what remains; the buffer is left as it is. Java hashes arrays faster than direct buffers, which it copies
     * in too small pieces.
     */
    static byte[] of(ByteBuffer bytes) {
        return MINE.get().hash(bytes.duplicate());
    }

    /**
     * @param stored left as it is; in it remain pieces of these lengths, one behind the other
     * @return their hashes, one behind the other
     */
    static byte[] ofPieces(ByteBuffer stored, int[] lengths) {
        ByteBuffer hashes = ByteBuffer.allocate(lengths.length * BYTES);
        int at = stored.position();
        for (int length : lengths) {
            hashes.put(of(stored.slice(at, length)));
            at += length;
        }
        return hashes.array();
    }

    private byte[] hash(ByteBuffer rest) {
        while (rest.hasRemaining()) {
            int length = Math.min(piece.length, rest.remaining());
            rest.get(piece, 0, length);
            digest.update(piece, 0, length);
        }
        return digest.digest();
    }

    /** Whether bytes have a hash. */
    static boolean is(byte[] bytes, ByteString hash) {
        return ByteString.copyFrom(of(bytes)).equals(hash);
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw Fault.internal("no SHA-256 in this Java", e);
        }
    }
}
