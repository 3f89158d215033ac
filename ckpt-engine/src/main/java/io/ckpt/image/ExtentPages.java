package io.ckpt.image;

import com.google.protobuf.ByteString;
import io.ckpt.image.v1.Extent;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Which pages of an extent are part of an image. */
public final class ExtentPages {
    private ExtentPages() {}

    /** Neighbouring pages. @param at place of the first byte in the extent */
    public record Run(int at, int length) {}

    /** Those that are part of the image, in ascending order. */
    public static List<Run> runs(Extent extent) {
        BitSet pages = of(extent);
        List<Run> runs = new ArrayList<>();
        for (int at = pages.nextSetBit(0); at >= 0; ) {
            int after = pages.nextClearBit(at);
            int start = at * ImageFormat.PAGE_BYTES;
            runs.add(new Run(start, Math.min(after * ImageFormat.PAGE_BYTES, extent.getLength()) - start));
            at = pages.nextSetBit(after);
        }
        return runs;
    }

    /** Those among some bytes of it, counted from their first one. */
    public static List<Run> runs(Extent extent, int from, int length) {
        return within(runs(extent), from, length);
    }

    /** The same of runs that are known. */
    public static List<Run> within(List<Run> runs, int from, int length) {
        return runs.stream()
                .filter(run -> run.at() < from + length && run.at() + run.length() > from)
                .map(run -> cut(Math.max(run.at() - from, 0), Math.min(run.at() - from + run.length(), length)))
                .toList();
    }

    /** Whether none is: an extent that others took the place of. */
    public static boolean isEmpty(Extent extent) {
        return of(extent).isEmpty();
    }

    private static Run cut(int at, int end) {
        return new Run(at, end - at);
    }

    /** Whether the page of an address is. */
    static boolean has(Extent extent, long address) {
        long page = (address - extent.getStart()) / ImageFormat.PAGE_BYTES;
        ByteString pages = extent.getPages();
        if (page < 0 || page >= count(extent)) {
            return false;
        }
        return pages.isEmpty() || page / 8 < pages.size() && (pages.byteAt((int) page / 8) >> page % 8 & 1) != 0;
    }

    static BitSet of(Extent extent) {
        return extent.getPages().isEmpty()
                ? all(extent)
                : BitSet.valueOf(extent.getPages().toByteArray());
    }

    static BitSet all(Extent extent) {
        BitSet all = new BitSet();
        all.set(0, count(extent));
        return all;
    }

    /** The last page may be cut short. */
    static int count(Extent extent) {
        return (extent.getLength() + ImageFormat.PAGE_BYTES - 1) / ImageFormat.PAGE_BYTES;
    }

    /** The field of an extent that says so. */
    static ByteString field(Extent extent, BitSet pages) {
        if (pages.equals(all(extent))) {
            return ByteString.EMPTY;
        }
        return pages.isEmpty() ? ByteString.copyFrom(new byte[1]) : ByteString.copyFrom(pages.toByteArray());
    }
}
