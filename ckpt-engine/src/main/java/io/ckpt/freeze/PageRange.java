package io.ckpt.freeze;

/**
 * Pages that follow one another.
 *
 * @param start address of the first byte
 * @param length bytes; a multiple of the page size
 */
public record PageRange(long start, long length) {
    public long end() {
        return start + length;
    }
}
