package io.ckpt.image;

import io.ckpt.image.v1.Extent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Gathers extents of many threads into entries {@code pages-NNNNN}; what has been stored before is not stored again. */
final class PagesOutput {
    private final ArchiveQueue queue;
    private final StoredBytes before;
    private final List<PlacedExtent> placed = new ArrayList<>();
    private final Map<Likeness, List<Integer>> holders = new HashMap<>();
    private ByteBuffer buffer;
    private int number;
    private long storedBytes;

    /** Extents of one are the very same with little doubt; bytes that are stored alike unpack alike only in the same pieces. */
    record Likeness(int length, List<Integer> pieces, int crc) {
        static Likeness of(PackedExtent packed) {
            return new Likeness(packed.length(), boxed(packed.pieces()), packed.crc());
        }

        static Likeness of(Extent extent) {
            return new Likeness(extent.getLength(), extent.getPiecesList(), extent.getCrc());
        }

        private static List<Integer> boxed(int[] pieces) {
            return Arrays.stream(pieces).boxed().toList();
        }
    }

    /** @param before what has been written */
    PagesOutput(ArchiveQueue queue, StoredBytes before) {
        this.queue = queue;
        this.before = before;
    }

    /** Returns the number of the extent. */
    synchronized int append(String objectId, long start, PackedExtent packed) {
        OptionalInt same = same(packed);
        if (same.isPresent()) {
            Extent holder = placed.get(same.getAsInt()).extent();
            place(holder.toBuilder().setObjectId(objectId).setStart(start).build(), same.getAsInt());
        } else {
            store(objectId, start, packed);
        }
        return placed.size() - 1;
    }

    private void place(Extent extent, int holder) {
        placed.add(new PlacedExtent(extent, holder));
    }

    private void store(String objectId, long start, PackedExtent packed) {
        int size = packed.stored().remaining();
        if (buffer != null && buffer.remaining() < size) {
            flush();
        }
        if (buffer == null) {
            buffer = queue.emptyBuffer();
            before.begin(number, buffer);
        }
        Extent extent = extent(objectId, start, packed);
        holders.computeIfAbsent(Likeness.of(extent), any -> new ArrayList<>(1)).add(placed.size());
        place(extent, placed.size());
        buffer.put(packed.stored().duplicate());
        storedBytes += size;
    }

    private OptionalInt same(PackedExtent packed) {
        return holders.getOrDefault(Likeness.of(packed), List.of()).stream()
                .mapToInt(Integer::intValue)
                .filter(holder -> before.has(placed.get(holder).extent(), packed.stored()))
                .findFirst();
    }

    /** Hands over what has been gathered; nothing comes any more. */
    synchronized void end() {
        flush();
        holders.clear();
    }

    private void flush() {
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

    private Extent extent(String objectId, long start, PackedExtent packed) {
        Extent.Builder extent = Extent.newBuilder()
                .setObjectId(objectId)
                .setStart(start)
                .setLength(packed.length())
                .setFileIndex(number)
                .setOffset(buffer.position())
                .setCrc(packed.crc());
        for (int piece : packed.pieces()) {
            extent.addPieces(piece);
        }
        return extent.build();
    }
}
