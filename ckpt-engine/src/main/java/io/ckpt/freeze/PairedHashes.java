package io.ckpt.freeze;

import io.ckpt.image.PieceHashes;
import io.ckpt.jna.LibCkpt;
import java.nio.ByteBuffer;

/** Hashes two pieces side by side where the processor has instructions for that: takes half the time. */
public final class PairedHashes implements PieceHashes {
    private static final int HASH_BYTES = 32;

    @Override
    public byte[] of(ByteBuffer stored, int[] lengths) {
        byte[] hashes = new byte[lengths.length * HASH_BYTES];
        int answer = LibCkpt.sha256(stored.slice(), lengths, lengths.length, hashes);
        return answer == 0 ? hashes : PLAIN.of(stored, lengths);
    }
}
