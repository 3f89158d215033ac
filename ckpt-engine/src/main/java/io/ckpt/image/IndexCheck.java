package io.ckpt.image;

import io.ckpt.image.v1.Extent;
import java.nio.file.Path;
import java.util.List;

/** An index is sound when its extents fill every {@code pages-NNNNN} entry, in order and without a gap. */
record IndexCheck(Path image, EntryTable entries) {
    void check(List<Extent> extents) {
        int file = 0;
        long offset = 0;
        for (Extent extent : extents) {
            if (file < entries.pages().size()
                    && offset == entries.pages().get(file).getSize()) {
                file++;
                offset = 0;
            }
            checkOne(extent, file, offset);
            offset += extent.getStoredLength();
        }
        boolean complete = extents.isEmpty()
                ? entries.pages().isEmpty()
                : file == entries.pages().size() - 1
                        && offset == entries.pages().get(file).getSize();
        require(complete, "extents are missing in its index");
    }

    private void checkOne(Extent extent, int file, long offset) {
        int length = extent.getLength();
        int stored = extent.getStoredLength();
        require(file < entries.pages().size(), ImageFormat.pages(file) + " is missing");
        require(extent.getFileIndex() == file && extent.getOffset() == offset, "an extent is missing in its index");
        require(length > 0 && length <= ImageFormat.EXTENT_BYTES, "an extent has " + length + " bytes");
        require(
                stored > 0 && stored <= length && (stored == length || !extent.getRaw()),
                "an extent has no sound size");
        require(
                offset + stored <= entries.pages().get(file).getSize(),
                "an extent reaches beyond " + ImageFormat.pages(file));
    }

    private void require(boolean condition, String what) {
        if (!condition) {
            throw ImageFormat.damaged(image, what);
        }
    }
}
