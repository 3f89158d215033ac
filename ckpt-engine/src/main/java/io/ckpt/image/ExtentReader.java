package io.ckpt.image;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import com.google.protobuf.ByteString;
import io.ckpt.image.v1.Extent;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** Reads, checks and unpacks extents. For one thread. */
public final class ExtentReader implements AutoCloseable {
    private final List<OpenArchive> archives;
    private final ZstdDecompressCtx context = new ZstdDecompressCtx();
    private final Buffers buffers;
    private final ByteBuffer stored;
    private final ByteBuffer plain;

    /** @param archives by the numbers that extents have for links */
    ExtentReader(List<OpenArchive> archives, Buffers buffers) {
        this.archives = archives;
        this.buffers = buffers;
        this.stored = buffers.take(ImageFormat.EXTENT_BYTES);
        this.plain = buffers.take(ImageFormat.EXTENT_BYTES);
    }

    /**
     * The bytes of an extent, in a direct buffer that is valid until the next call; {@link ExtentPages} says which of them
     * are part of the image.
     */
    public ByteBuffer read(Extent extent) {
        readStored(extent);
        if (stored.remaining() == extent.getLength()) {
            return stored;
        }
        plain.clear();
        for (int piece = 0, at = 0; piece < extent.getPiecesCount(); at += extent.getPieces(piece++)) {
            unpack(extent, piece, stored.slice(at, extent.getPieces(piece)));
        }
        return plain.flip();
    }

    /** Hears of one piece after the other. */
    public interface Sink {
        /**
         * @param at place of the first byte in the extent
         * @param bytes as of {@link #read}
         */
        void accept(int at, ByteBuffer bytes);
    }

    /** The same piece by piece, which saves copying those that are stored as they are. */
    public void read(Extent extent, Sink sink) {
        readStored(extent);
        for (int piece = 0, at = 0; piece < extent.getPiecesCount(); at += extent.getPieces(piece++)) {
            ByteBuffer bytes = stored.slice(at, extent.getPieces(piece));
            sink.accept(Pieces.start(piece), Pieces.isRaw(extent, piece) ? bytes : unpackAlone(extent, piece, bytes));
        }
    }

    private ByteBuffer unpackAlone(Extent extent, int piece, ByteBuffer bytes) {
        plain.clear();
        unpack(extent, piece, bytes);
        return plain.flip();
    }

    /** Those of one piece, as {@link #read}; nothing else is read. */
    public ByteBuffer read(Extent extent, int piece) {
        int at = 0;
        for (int before = 0; before < piece; before++) {
            at += extent.getPieces(before);
        }
        fetch(extent, at, extent.getPieces(piece));
        check(extent, piece, 1);
        return unpackAlone(extent, piece, stored);
    }

    /** An extent as it is stored, valid until the next call. */
    PackedExtent readPacked(Extent extent) {
        readStored(extent);
        int[] pieces = Pieces.storedLengths(extent);
        return new PackedExtent(extent.getLength(), pieces, stored, extent.getSha256());
    }

    private void readStored(Extent extent) {
        fetch(extent, 0, Pieces.storedLength(extent));
        check(extent, 0, extent.getPiecesCount());
    }

    private void fetch(Extent extent, int at, int length) {
        OpenArchive archive = archive(extent);
        archive.bytes()
                .read(archive.entries().position(extent) + at, stored.clear().limit(length));
    }

    /** Of the pieces that were fetched. */
    private void check(Extent extent, int first, int count) {
        int[] lengths = Arrays.copyOfRange(Pieces.storedLengths(extent), first, first + count);
        ByteString expected = extent.getSha256().substring(first * Sha256.BYTES, (first + count) * Sha256.BYTES);
        if (!expected.equals(ByteString.copyFrom(Sha256.ofPieces(stored, lengths)))) {
            throw ImageFormat.damaged(archive(extent).name(), "the hash of " + name(extent) + " does not fit");
        }
    }

    private void unpack(Extent extent, int piece, ByteBuffer bytes) {
        if (Pieces.isRaw(extent, piece)) {
            plain.put(bytes);
            return;
        }
        try {
            int length = context.decompress(plain, bytes);
            if (length != Pieces.length(extent.getLength(), piece)) {
                throw ImageFormat.damaged(
                        archive(extent).name(), name(extent) + " has a piece of " + length + " bytes");
            }
        } catch (ZstdException e) {
            throw ImageFormat.damaged(archive(extent).name(), name(extent) + " cannot be unpacked", e);
        }
    }

    private OpenArchive archive(Extent extent) {
        return archives.get(extent.getLink());
    }

    private static String name(Extent extent) {
        return "the extent of " + extent.getObjectId() + " at 0x" + Long.toHexString(extent.getStart());
    }

    @Override
    public void close() {
        context.close();
        buffers.giveBack(stored);
        buffers.giveBack(plain);
    }
}
