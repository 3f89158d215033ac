package io.ckpt.freeze;

import io.ckpt.jna.LibCkpt;
import java.util.ArrayList;
import java.util.List;

/** Where a file has bytes and where it has holes. */
public final class FileData {
    private FileData() {}

    /** The ranges below {@code length} that are not holes, ascending; see SEEK_DATA in lseek(2). */
    public static List<PageRange> ranges(StolenFile file, long length) {
        List<PageRange> found = new ArrayList<>();
        long[] range = new long[2];
        for (long at = 0; at < length && find(file, at, range) && range[0] < length; at = range[1]) {
            found.add(new PageRange(range[0], Math.min(range[1], length) - range[0]));
        }
        return List.copyOf(found);
    }

    private static boolean find(StolenFile file, long at, long[] range) {
        int found = LibCkpt.findData(file.descriptor(), at, range);
        return KernelAnswer.require(found, () -> file.link() + ": lseek(SEEK_DATA)") == 1;
    }
}
