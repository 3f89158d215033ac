package io.ckpt.memory;

import java.util.List;

/**
 * Pages to be kept, one after the other.
 *
 * @param objectId object they belong to: {@code memory:12}, {@code shared:3}, {@code file:4}
 * @param start address of the first byte, or offset in a file; a multiple of the page size
 * @param length bytes; only the run at the end of a file may break off within a page
 */
public record PageRun(String objectId, PageSource source, long start, long length) {
    public static long bytes(List<PageRun> runs) {
        return runs.stream().mapToLong(PageRun::length).sum();
    }
}
