package io.ckpt.image;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Packs extents, each into a zstd frame of its own, or leaves them raw. For one thread. */
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
    private final ByteBuffer frame;

    /** @param level of zstd, or {@link Compression#NONE} */
    public ExtentPacker(int level, Buffers buffers) {
        this.packs = level != Compression.NONE;
        this.buffers = buffers;
        this.frame = buffers.take((int) Zstd.compressBound(ImageFormat.EXTENT_BYTES));
        context.setLevel(packs ? level : Compression.FAST);
    }

    /** Packs what remains in a direct buffer, which is left as it is. */
    public PackedExtent pack(ByteBuffer plain) {
        int length = plain.remaining();
        boolean raw = !packs || isNoise(plain) || compress(plain) > length - length / LEAST_GAIN_DIVISOR;
        ByteBuffer stored = raw ? plain.duplicate() : frame;
        CRC32C crc = new CRC32C();
        crc.update(stored.duplicate());
        return new PackedExtent(length, raw, stored, (int) crc.getValue());
    }

    private boolean isNoise(ByteBuffer plain) {
        if (plain.remaining() < SAMPLED_BYTES) {
            return false;
        }
        int packed = 0;
        for (int i = 0; i < SAMPLES; i++) {
            int at = plain.position() + i * (plain.remaining() / SAMPLES);
            packed += compress(plain.slice(at, SAMPLE_BYTES));
        }
        return packed >= SAMPLES * SAMPLE_BYTES;
    }

    /** Leaves the frame ready to be read and returns its size. */
    private int compress(ByteBuffer plain) {
        frame.clear();
        context.compress(frame, plain.duplicate());
        return frame.flip().remaining();
    }

    @Override
    public void close() {
        context.close();
        buffers.giveBack(frame);
    }
}
