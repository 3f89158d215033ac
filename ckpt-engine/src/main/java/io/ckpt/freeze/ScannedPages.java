package io.ckpt.freeze;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Ranges of pages in an address space. They may touch each other, and have no page in common. */
final class ScannedPages {
    private final NavigableMap<Long, PageRange> byStart = new TreeMap<>();

    ScannedPages(List<PageRange> ranges) {
        ranges.forEach(range -> byStart.put(range.start(), range));
    }

    /** What of them lies from {@code start} up to {@code end}, in ascending order. */
    List<PageRange> within(long start, long end) {
        List<PageRange> found = new ArrayList<>();
        Optional.ofNullable(byStart.lowerEntry(start))
                .map(Map.Entry::getValue)
                .filter(range -> range.end() > start)
                .ifPresent(range -> found.add(cut(range, start, end)));
        byStart.subMap(start, end).values().forEach(range -> found.add(cut(range, start, end)));
        return found;
    }

    private static PageRange cut(PageRange range, long start, long end) {
        long from = Math.max(range.start(), start);
        return new PageRange(from, Math.min(range.end(), end) - from);
    }
}
