package io.ckpt.freeze;

import io.ckpt.jna.TrackLibrary;
import java.util.ArrayList;
import java.util.List;

/**
 * A mapping, cut where protection against writing begins and ends. The kernel finds that much faster than anything else
 * about pages.
 *
 * @param whole parts where every page is there and counts as unwritten
 * @param rest parts of which that is not known: all, where writing is not noted
 */
record Protection(List<PageRange> whole, List<PageRange> rest) {
    private static final int PARTS_AT_ONCE = 512;

    /** @param pagemap of a task that stands still, where a mapping lies from {@code start} to {@code end} */
    static Protection of(int task, int pagemap, long start, long end) {
        List<PageRange> whole = new ArrayList<>();
        List<PageRange> rest = new ArrayList<>();
        long[] parts = new long[2 * PARTS_AT_ONCE];
        long[] next = {start};
        long known = start;
        while (next[0] != end) {
            long from = next[0];
            int count = KernelAnswer.require(
                    TrackLibrary.trackUnprotected(pagemap, from, end, parts, PARTS_AT_ONCE, next),
                    () -> "task " + task + ", address 0x" + Long.toHexString(from) + ": ioctl(PAGEMAP_SCAN)");
            for (int i = 0; i < count; i++) {
                add(whole, known, parts[2 * i]);
                add(rest, parts[2 * i], parts[2 * i + 1]);
                known = parts[2 * i + 1];
            }
        }
        add(whole, known, end);
        return new Protection(whole, rest);
    }

    private static void add(List<PageRange> parts, long start, long end) {
        if (start < end) {
            parts.add(new PageRange(start, end - start));
        }
    }
}
