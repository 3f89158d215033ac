package io.ckpt.image;

import io.ckpt.image.v1.Extent;
import java.util.BitSet;

/** The pieces of an extent, each of which is read, checked and unpacked alone. */
public final class Pieces {
    private Pieces() {}

    /** How many there are in so many bytes. */
    static int count(int length) {
        return (length + ImageFormat.PIECE_BYTES - 1) / ImageFormat.PIECE_BYTES;
    }

    public static int count(Extent extent) {
        return count(extent.getLength());
    }

    /** Place of its first byte in the extent. */
    public static int start(int piece) {
        return piece * ImageFormat.PIECE_BYTES;
    }

    /** Those of an extent without a page that is part of the image. */
    public static BitSet without(Extent extent) {
        BitSet without = new BitSet();
        if (extent.getPages().isEmpty()) {
            return without;
        }
        for (int piece = 0; piece < count(extent); piece++) {
            without.set(
                    piece,
                    ExtentPages.runs(extent, start(piece), length(extent.getLength(), piece))
                            .isEmpty());
        }
        return without;
    }

    /** Bytes that a piece unpacks to, where the extent has so many. */
    static int length(int length, int piece) {
        return Math.min(ImageFormat.PIECE_BYTES, length - start(piece));
    }

    /** Which one has a byte of the object. */
    public static int of(Extent extent, long address) {
        return (int) (address - extent.getStart()) / ImageFormat.PIECE_BYTES;
    }

    static boolean isRaw(Extent extent, int piece) {
        return extent.getPieces(piece) == length(extent.getLength(), piece);
    }

    static int[] storedLengths(Extent extent) {
        return extent.getPiecesList().stream().mapToInt(Integer::intValue).toArray();
    }

    /** Bytes that the extent takes in the archive. */
    static int storedLength(Extent extent) {
        int stored = 0;
        for (int piece : extent.getPiecesList()) {
            stored += piece;
        }
        return stored;
    }
}
