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
