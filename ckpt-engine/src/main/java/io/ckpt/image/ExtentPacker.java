package io.ckpt.image;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Packs extents, each into a zstd frame of its own with a checksum, or leaves them raw. For one thread. */
public final class ExtentPacker implements AutoCloseable {
    /** A frame that saves less than an eighth costs more at restart than it saves. */
    private static final int LEAST_GAIN_DIVISOR = 8;

    private final ZstdCompressCtx context;
    private final ByteBuffer frame =
            ByteBuffer.allocateDirect((int) Zstd.compressBound(ImageFormat.EXTENT_BYTES));

    public ExtentPacker(int level) {
        context = new ZstdCompressCtx();
        context.setLevel(level);
        context.setChecksum(true);
    }

    /** Packs what remains in a direct buffer, which is left as it is. */
    public PackedExtent pack(ByteBuffer plain) {
        int length = plain.remaining();
        frame.clear();
        context.compress(frame, plain.duplicate());
        frame.flip();
        boolean raw = frame.remaining() > length - length / LEAST_GAIN_DIVISOR;
        ByteBuffer stored = raw ? plain.duplicate() : frame;
        CRC32C crc = new CRC32C();
        crc.update(stored.duplicate());
        return new PackedExtent(length, raw, stored, (int) crc.getValue());
    }

    @Override
    public void close() {
        context.close();
    }
}
