package io.ckpt.memory;

import io.ckpt.image.ImageFormat;
import java.nio.ByteBuffer;

/** Finds pages of zeros. The last page of a buffer may be cut short. */
final class ZeroPages {
    private ZeroPages() {}

    /** Start of the first page from {@code at} that is not zero, or the limit. */
    static int nextData(ByteBuffer pages, int at) {
        int page = at;
        while (page < pages.limit() && isZero(pages, page, end(pages, page))) {
            page = end(pages, page);
        }
        return page;
    }

    /** Start of the first page from {@code at} that is zero, or the limit. */
    static int nextZero(ByteBuffer pages, int at) {
        int page = at;
        while (page < pages.limit() && !isZero(pages, page, end(pages, page))) {
            page = end(pages, page);
        }
        return page;
    }

    private static int end(ByteBuffer pages, int page) {
        return Math.min(page + ImageFormat.PAGE_BYTES, pages.limit());
    }

    private static boolean isZero(ByteBuffer pages, int start, int end) {
        int at = start;
        for (; at + Long.BYTES <= end; at += Long.BYTES) {
            if (pages.getLong(at) != 0) {
                return false;
            }
        }
        for (; at < end; at++) {
            if (pages.get(at) != 0) {
                return false;
            }
        }
        return true;
    }
}
