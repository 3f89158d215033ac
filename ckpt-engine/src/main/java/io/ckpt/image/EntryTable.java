package io.ckpt.image;

import io.ckpt.image.v1.Extent;
import io.ckpt.image.v1.FileEntry;
import java.util.List;

/** The {@code pages-NNNNN} entries of an archive by their numbers. */
record EntryTable(List<FileEntry> pages) {
    static EntryTable of(List<FileEntry> files) {
        return new EntryTable(files.stream()
                .filter(file -> ImageFormat.isPages(file.getName()))
                .toList());
    }

    /** Place of the stored bytes of an extent in the archive. */
    long position(Extent extent) {
        return pages.get(extent.getFileIndex()).getOffset() + extent.getOffset();
    }
}
