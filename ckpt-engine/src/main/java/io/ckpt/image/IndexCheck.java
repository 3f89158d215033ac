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
        require(
                extent.getLink() == 0 && extent.getFileIndex() == file && extent.getOffset() == offset,
                "an extent is missing in its index");
        checkPlace(extent);
    }

    /** Of one extent alone: that it lies within its entry, and has pages. */
    void checkPlace(Extent extent) {
        int length = extent.getLength();
        int stored = extent.getStoredLength();
        int file = extent.getFileIndex();
        require(file >= 0 && file < entries.pages().size(), ImageFormat.pages(file) + " is missing");
        require(length > 0 && length <= ImageFormat.EXTENT_BYTES, "an extent has " + length + " bytes");
        require(
                stored > 0 && stored <= length && (stored == length || !extent.getRaw()),
                "an extent has no sound size");
        require(ExtentPages.of(extent).length() <= ExtentPages.count(extent), "an extent has pages beyond its end");
        require(
                extent.getOffset() >= 0
                        && extent.getOffset() + stored
                                <= entries.pages().get(file).getSize(),
                "an extent reaches beyond " + ImageFormat.pages(file));
    }

    private void require(boolean condition, String what) {
        if (!condition) {
            throw ImageFormat.damaged(image, what);
        }
    }
}
