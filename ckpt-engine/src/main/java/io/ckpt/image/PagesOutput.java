package io.ckpt.image;

import com.google.protobuf.ByteString;
import io.ckpt.image.v1.Extent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Gathers extents of many threads into entries {@code pages-NNNNN}; what has been stored before is not stored again. */
final class PagesOutput {
    private final ArchiveQueue queue;
    private final List<Extent> placed = new ArrayList<>();
    private final Map<Content, Extent> stored = new HashMap<>();
    private ByteBuffer buffer;
    private int number;
    private long storedBytes;

    /** What is stored alike is the same only where it unpacks to as much. @param sha256 of its pieces */
    record Content(int length, ByteString sha256) {
        static Content of(PackedExtent packed) {
            return new Content(packed.length(), packed.sha256());
        }

        static Content of(Extent extent) {
            return new Content(extent.getLength(), extent.getSha256());
        }
    }

    PagesOutput(ArchiveQueue queue) {
        this.queue = queue;
    }

    /** Returns the number of the extent. */
    synchronized int append(String objectId, long start, PackedExtent packed) {
        Optional.ofNullable(stored.get(Content.of(packed)))
                .ifPresentOrElse(
                        same -> placed.add(same.toBuilder()
                                .setObjectId(objectId)
                                .setStart(start)
                                .build()),
                        () -> store(objectId, start, packed));
        return placed.size() - 1;
    }

    private void store(String objectId, long start, PackedExtent packed) {
        int size = packed.stored().remaining();
        if (buffer != null && buffer.remaining() < size) {
            flush();
        }
        if (buffer == null) {
            buffer = queue.emptyBuffer();
        }
        Extent extent = extent(objectId, start, packed);
        stored.put(Content.of(extent), extent);
        placed.add(extent);
        buffer.put(packed.stored().duplicate());
        storedBytes += size;
    }

    /** Hands over what has been gathered; nothing comes any more. */
    synchronized void end() {
        flush();
        stored.clear();
    }

    private void flush() {
        if (buffer != null) {
            queue.put(ImageFormat.pages(number++), buffer);
            buffer = null;
        }
    }

    synchronized List<Extent> placed() {
        return placed;
    }

    synchronized long storedBytes() {
        return storedBytes;
    }

    private Extent extent(String objectId, long start, PackedExtent packed) {
        Extent.Builder extent = Extent.newBuilder()
                .setObjectId(objectId)
                .setStart(start)
                .setLength(packed.length())
                .setFileIndex(number)
                .setOffset(Archive.at(buffer))
                .setSha256(packed.sha256());
        for (int piece : packed.pieces()) {
            extent.addPieces(piece);
        }
        return extent.build();
    }
}
