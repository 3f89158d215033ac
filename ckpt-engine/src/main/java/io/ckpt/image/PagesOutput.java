package io.ckpt.image;

import io.ckpt.image.v1.Extent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Gathers extents of many threads into entries {@code pages-NNNNN}. */
final class PagesOutput {
    private final ArchiveQueue queue;
    private final List<PlacedExtent> placed = new ArrayList<>();
    private ByteBuffer buffer;
    private int number;
    private long storedBytes;

    PagesOutput(ArchiveQueue queue) {
        this.queue = queue;
    }

    /** Returns the number of the extent in the order of the archive. */
    synchronized int append(String objectId, long start, PackedExtent packed) {
        int size = packed.stored().remaining();
        if (buffer != null && buffer.remaining() < size) {
            flush();
        }
        if (buffer == null) {
            buffer = queue.emptyBuffer();
        }
        placed.add(new PlacedExtent(extent(objectId, start, packed, size), packed.crc()));
        buffer.put(packed.stored().duplicate());
        storedBytes += size;
        return placed.size() - 1;
    }

    /** Hands over what has been gathered. */
    synchronized void flush() {
        if (buffer != null) {
            queue.put(ImageFormat.pages(number++), buffer);
            buffer = null;
        }
    }

    synchronized List<PlacedExtent> placed() {
        return placed;
    }

    synchronized long storedBytes() {
        return storedBytes;
    }

    private Extent extent(String objectId, long start, PackedExtent packed, int size) {
        return Extent.newBuilder()
                .setObjectId(objectId)
                .setStart(start)
                .setLength(packed.length())
                .setFileIndex(number)
                .setOffset(buffer.position())
                .setStoredLength(size)
                .setRaw(packed.raw())
                .build();
    }
}
