package io.ckpt.image;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.ckpt.image.v1.Extent;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.List;
import java.util.zip.CRC32C;

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
        return extent.getRaw() ? stored : unpack(extent);
    }

    /** An extent as it is stored, valid until the next call. */
    PackedExtent readPacked(Extent extent) {
        readStored(extent);
        CRC32C crc = new CRC32C();
        crc.update(stored.duplicate());
        return new PackedExtent(extent.getLength(), extent.getRaw(), stored, (int) crc.getValue());
    }

    private void readStored(Extent extent) {
        ArchiveBytes archive = archive(extent);
        archive.read(
                archives.get(extent.getLink()).entries().position(extent),
                stored.clear().limit(extent.getStoredLength()));
        if (!MessageDigest.isEqual(Sha256.of(stored), extent.getSha256().toByteArray())) {
            throw ImageFormat.damaged(archive.name(), "the hash of " + name(extent) + " does not fit");
        }
    }

    private ByteBuffer unpack(Extent extent) {
        try {
            int length = context.decompress(plain.clear(), stored);
            if (length != extent.getLength()) {
                throw ImageFormat.damaged(archive(extent).name(), name(extent) + " has " + length + " bytes");
            }
            return plain.flip();
        } catch (ZstdException e) {
            throw ImageFormat.damaged(archive(extent).name(), name(extent) + " cannot be unpacked", e);
        }
    }

    private ArchiveBytes archive(Extent extent) {
        return archives.get(extent.getLink()).bytes();
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
