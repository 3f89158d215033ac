package io.ckpt.memory;

import io.ckpt.freeze.PageRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Where memory that an image has pages for lies in a process that runs: what it was, less what was given back, at the
 * addresses that it was moved to.
 */
public final class Territory {
    /** A stretch of it. @param image where {@code start} lies in the image */
    record Piece(long start, long end, long image) {
        private Piece part(long from, long to) {
            return new Piece(from, to, image + from - start);
        }

        private Piece shifted(long distance) {
            return new Piece(start + distance, end + distance, image);
        }
    }

    private final NavigableMap<Long, Piece> pieces = new TreeMap<>();

    /** Memory that lies where it lay. */
    public void add(long start, long end) {
        put(new Piece(start, end, start));
    }

    Territory copy() {
        Territory copy = new Territory();
        copy.pieces.putAll(pieces);
        return copy;
    }

    /** Whether there was any of it. */
    boolean remove(long start, long end) {
        List<Piece> found = List.copyOf(within(start, end).values());
        for (Piece piece : found) {
            pieces.remove(piece.start());
            if (piece.start() < start) {
                put(piece.part(piece.start(), start));
            }
            if (piece.end() > end) {
                put(piece.part(end, piece.end()));
            }
        }
        return !found.isEmpty();
    }

    /**
     * Takes out what lies where it lay. What was moved into the range stays, and is returned: it may have come after what
     * was unmapped there.
     */
    List<PageRange> unmap(long start, long end) {
        List<Piece> moved = within(start, end).values().stream()
                .filter(piece -> piece.image() != piece.start())
                .map(piece -> piece.part(Math.max(piece.start(), start), Math.min(piece.end(), end)))
                .toList();
        remove(start, end);
        moved.forEach(this::put);
        return moved.stream()
                .map(piece -> new PageRange(piece.start(), piece.end() - piece.start()))
                .toList();
    }

    void move(long from, long to, long length) {
        List<Piece> moved = within(from, from + length).values().stream()
                .map(piece -> piece.part(Math.max(piece.start(), from), Math.min(piece.end(), from + length)))
                .toList();
        remove(from, from + length);
        remove(to, to + length);
        moved.forEach(piece -> put(piece.shifted(to - from)));
    }

    /** What the page of an address was, unless it is none of this memory. */
    OptionalLong image(long address) {
        Map.Entry<Long, Piece> piece = pieces.floorEntry(address);
        return piece == null || piece.getValue().end() <= address
                ? OptionalLong.empty()
                : OptionalLong.of(piece.getValue().part(address, address).image());
    }

    /** Where this memory ends that an address is part of. */
    long end(long address) {
        return pieces.floorEntry(address).getValue().end();
    }

    /** Where a range of the image lies now. */
    List<Piece> of(long start, long end) {
        List<Piece> found = new ArrayList<>();
        for (Piece piece : pieces.values()) {
            long from = Math.max(start, piece.image());
            long to = Math.min(end, piece.image() + piece.end() - piece.start());
            if (from < to) {
                long shift = piece.start() - piece.image();
                found.add(piece.part(from + shift, to + shift));
            }
        }
        return found;
    }

    /** What of a range is none of this memory. */
    List<PageRange> gaps(long start, long end) {
        List<PageRange> gaps = new ArrayList<>();
        long at = start;
        for (Piece piece : within(start, end).values()) {
            if (piece.start() > at) {
                gaps.add(new PageRange(at, piece.start() - at));
            }
            at = Math.max(at, piece.end());
        }
        if (at < end) {
            gaps.add(new PageRange(at, end - at));
        }
        return gaps;
    }

    private void put(Piece piece) {
        pieces.put(piece.start(), piece);
    }

    private NavigableMap<Long, Piece> within(long start, long end) {
        Long first = pieces.floorKey(start);
        boolean reaches = first != null && pieces.get(first).end() > start;
        return pieces.subMap(reaches ? first : start, true, end, false);
    }
}
