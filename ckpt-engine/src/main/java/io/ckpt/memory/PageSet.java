package io.ckpt.memory;

import io.ckpt.freeze.PageRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Pages of an address space. For one thread. */
final class PageSet {
    /** End by start; none touches another. */
    private final NavigableMap<Long, Long> ends = new TreeMap<>();

    static PageSet of(List<PageRange> ranges) {
        PageSet set = new PageSet();
        ranges.forEach(set::add);
        return set;
    }

    void add(PageRange range) {
        long start = range.start();
        long end = range.end();
        Map.Entry<Long, Long> before = ends.floorEntry(start);
        if (before != null && before.getValue() >= start) {
            start = before.getKey();
            end = Math.max(end, before.getValue());
        }
        for (Map.Entry<Long, Long> next = ends.ceilingEntry(start);
                next != null && next.getKey() <= end;
                next = ends.ceilingEntry(start)) {
            end = Math.max(end, next.getValue());
            ends.remove(next.getKey());
        }
        ends.put(start, end);
    }

    void remove(PageRange range) {
        for (PageRange part : within(range)) {
            Map.Entry<Long, Long> holder = ends.floorEntry(part.start());
            ends.remove(holder.getKey());
            if (holder.getKey() < part.start()) {
                ends.put(holder.getKey(), part.start());
            }
            if (part.end() < holder.getValue()) {
                ends.put(part.end(), holder.getValue());
            }
        }
    }

    /** What of a range is in the set, ascending. */
    List<PageRange> within(PageRange range) {
        List<PageRange> parts = new ArrayList<>();
        Long first = ends.floorKey(range.start());
        for (Map.Entry<Long, Long> each : ends.subMap(first == null ? range.start() : first, true, range.end(), false)
                .entrySet()) {
            long start = Math.max(each.getKey(), range.start());
            long end = Math.min(each.getValue(), range.end());
            if (start < end) {
                parts.add(new PageRange(start, end - start));
            }
        }
        return parts;
    }

    /** What of a range is not in the set, ascending. */
    List<PageRange> outside(PageRange range) {
        List<PageRange> parts = new ArrayList<>();
        long at = range.start();
        for (PageRange part : within(range)) {
            if (at < part.start()) {
                parts.add(new PageRange(at, part.start() - at));
            }
            at = part.end();
        }
        if (at < range.end()) {
            parts.add(new PageRange(at, range.end() - at));
        }
        return parts;
    }
}
