package io.ckpt.image;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;

/** Packs extents, each piece into a zstd frame of its own, or leaves it raw, and hashes them. For one thread. */
public final class ExtentPacker implements AutoCloseable {
    /** A frame that saves less than an eighth costs more at restart than it saves. */
    private static final int LEAST_GAIN_DIVISOR = 8;

    /** Extents this large are sampled first: noise is found out for a thirtieth of what packing it in vain costs. */
    private static final int SAMPLED_BYTES = ImageFormat.EXTENT_BYTES / 4;

    private static final int SAMPLES = 4;
    private static final int SAMPLE_BYTES = 8 << 10;

    private final ZstdCompressCtx context = new ZstdCompressCtx();
    private final boolean packs;
    private final Buffers buffers;
    private final PieceHashes hashes;
    private final ByteBuffer frames;

    /** @param level of zstd, or {@link Compression#NONE} */
    public ExtentPacker(int level, Buffers buffers) {
        this(level, buffers, PieceHashes.PLAIN);
    }

    /** @param level of zstd, or {@link Compression#NONE} */
    public ExtentPacker(int level, Buffers buffers, PieceHashes hashes) {
        this.packs = level != Compression.NONE;
        this.buffers = buffers;
        this.hashes = hashes;
        this.frames = buffers.take((int) Zstd.compressBound(ImageFormat.EXTENT_BYTES));
        context.setLevel(packs ? level : Compression.FAST);
    }

    /** Packs what remains in a direct buffer, which is left as it is. */
    public PackedExtent pack(ByteBuffer plain) {
        int length = plain.remaining();
        int[] pieces = new int[Pieces.count(length)];
        ByteBuffer stored = !packs || isNoise(plain) ? keep(plain, pieces) : packPieces(plain, pieces);
        return new PackedExtent(length, pieces, stored, ByteString.copyFrom(hashes.of(stored, pieces)));
    }

    private boolean isNoise(ByteBuffer plain) {
        if (plain.remaining() < SAMPLED_BYTES) {
            return false;
        }
        int packed = 0;
        for (int i = 0; i < SAMPLES; i++) {
            int at = plain.position() + i * (plain.remaining() / SAMPLES);
            frames.clear();
            packed += context.compress(frames, plain.slice(at, SAMPLE_BYTES));
        }
        return packed >= SAMPLES * SAMPLE_BYTES;
    }

    private static ByteBuffer keep(ByteBuffer plain, int[] pieces) {
        for (int i = 0; i < pieces.length; i++) {
            pieces[i] = Pieces.length(plain.remaining(), i);
        }
        return plain.duplicate();
    }

    private ByteBuffer packPieces(ByteBuffer plain, int[] pieces) {
        frames.clear();
        for (int i = 0; i < pieces.length; i++) {
            int length = Pieces.length(plain.remaining(), i);
            pieces[i] = packPiece(plain.slice(plain.position() + Pieces.start(i), length));
        }
        return frames.flip();
    }

    /** Returns how many bytes it takes behind those before it. */
    private int packPiece(ByteBuffer plain) {
        int start = frames.position();
        int length = plain.remaining();
        int packed = context.compress(frames, plain.duplicate());
        if (packed <= length - length / LEAST_GAIN_DIVISOR) {
            return packed;
        }
        frames.position(start).put(plain);
        return length;
    }

    @Override
    public void close() {
        context.close();
        buffers.giveBack(frames);
    }
}
