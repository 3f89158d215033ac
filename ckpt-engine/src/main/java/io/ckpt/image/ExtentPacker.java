package io.ckpt.image;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;

/** Packs extents, each piece into a zstd frame of its own, or leaves it raw, and hashes them. For one thread. */
public final class ExtentPacker implements AutoCloseable {
    /** A frame that saves less than an eighth costs more at restart than it saves. */
    private static final int LEAST_GAIN_DIVISOR = 8;

    /** Pieces this large are sampled first: noise is found out for an eighth of what packing it in vain costs. */
    private static final int SAMPLED_BYTES = ImageFormat.PIECE_BYTES / 2;

    private static final int SAMPLES = 4;
    private static final int SAMPLE_BYTES = 1 << 10;

    private final ZstdCompressCtx context = new ZstdCompressCtx();
    private final boolean packs;
    private final Buffers buffers;
    private final ByteBuffer frames;
    private final ByteBuffer samples;

    /** @param level of zstd, or {@link Compression#NONE} */
    public ExtentPacker(int level, Buffers buffers) {
        this.packs = level != Compression.NONE;
        this.buffers = buffers;
        this.frames = buffers.take((int) Zstd.compressBound(ImageFormat.EXTENT_BYTES));
        this.samples = buffers.take(SAMPLES * SAMPLE_BYTES);
        context.setLevel(packs ? level : Compression.FAST);
    }

    /** Packs what remains in a direct buffer, which is left as it is. */
    public PackedExtent pack(ByteBuffer plain) {
        int length = plain.remaining();
        int[] pieces = new int[Pieces.count(length)];
        ByteBuffer stored = packs ? packPieces(plain, pieces) : keep(plain, pieces);
        return new PackedExtent(length, pieces, stored, ByteString.copyFrom(Sha256.ofPieces(stored, pieces)));
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
        int packed = isNoise(plain) ? length : context.compress(frames, plain.duplicate());
        if (packed <= length - length / LEAST_GAIN_DIVISOR) {
            return packed;
        }
        frames.position(start).put(plain);
        return length;
    }

    private boolean isNoise(ByteBuffer plain) {
        int length = plain.remaining();
        if (length < SAMPLED_BYTES) {
            return false;
        }
        samples.clear();
        for (int i = 0; i < SAMPLES; i++) {
            samples.put(plain.slice(i * (length - SAMPLE_BYTES) / (SAMPLES - 1), SAMPLE_BYTES));
        }
        int start = frames.position();
        int packed = context.compress(frames, samples.flip());
        frames.position(start);
        return packed >= SAMPLES * SAMPLE_BYTES;
    }

    @Override
    public void close() {
        context.close();
        buffers.giveBack(frames);
        buffers.giveBack(samples);
    }
}
