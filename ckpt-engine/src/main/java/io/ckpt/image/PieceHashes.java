package io.ckpt.image;

import java.nio.ByteBuffer;

/** How the SHA-256 of the pieces of an extent is computed. For any number of threads. */
public interface PieceHashes {
    /** By what every Java has. */
    PieceHashes PLAIN = Sha256::ofPieces;

    /**
     * @param stored a direct buffer, left as it is, in which remain pieces of these lengths, one behind the other
     * @return their hashes, one behind the other
     */
    byte[] of(ByteBuffer stored, int[] lengths);
}
