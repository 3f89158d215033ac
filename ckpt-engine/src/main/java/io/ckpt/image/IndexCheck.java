package io.ckpt.image;

import io.ckpt.image.v1.Extent;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** An index is sound when its extents fill every {@code pages-NNNNN} entry without a gap. */
record IndexCheck(Path image, EntryTable entries) {
    /** Of all extents in this archive, in any order; some may lie in the same place. */
    void check(List<Extent> extents) {
        int file = 0;
        long offset = 0;
        Extent last = Extent.getDefaultInstance();
        for (Extent extent : inOrder(extents)) {
            if (isSamePlace(extent, last)) {
                continue;
            }
            if (file < entries.pages().size()
                    && offset == entries.pages().get(file).getSize()) {
                file++;
                offset = 0;
            }
            require(extent.getFileIndex() == file && extent.getOffset() == offset, "an extent is missing in its index");
            offset += Pieces.storedLength(extent);
            last = extent;
        }
        boolean complete = extents.isEmpty()
                ? entries.pages().isEmpty()
                : file == entries.pages().size() - 1
                        && offset == entries.pages().get(file).getSize();
        require(complete, "extents are missing in its index");
    }

    private static List<Extent> inOrder(List<Extent> extents) {
        return extents.stream()
                .sorted(Comparator.comparing(Extent::getFileIndex).thenComparing(Extent::getOffset))
                .toList();
    }

    private static boolean isSamePlace(Extent one, Extent other) {
        return one.getFileIndex() == other.getFileIndex()
                && one.getOffset() == other.getOffset()
                && one.getPiecesList().equals(other.getPiecesList());
    }

    /** Of one extent alone: that it lies within its entry, and has pieces and pages as it must. */
    void checkPlace(Extent extent) {
        int length = extent.getLength();
        int file = extent.getFileIndex();
        require(file >= 0 && file < entries.pages().size(), ImageFormat.pages(file) + " is missing");
        require(length > 0 && length <= ImageFormat.EXTENT_BYTES, "an extent has " + length + " bytes");
        require(hasSoundPieces(extent), "an extent has no sound size");
        require(ExtentPages.of(extent).length() <= ExtentPages.count(extent), "an extent has pages beyond its end");
        require(
                extent.getOffset() >= 0
                        && extent.getOffset() + Pieces.storedLength(extent)
                                <= entries.pages().get(file).getSize(),
                "an extent reaches beyond " + ImageFormat.pages(file));
    }

    private static boolean hasSoundPieces(Extent extent) {
        int count = Pieces.count(extent);
        boolean sound = extent.getPiecesCount() == count && extent.getSha256().size() == count * Sha256.BYTES;
        for (int piece = 0; sound && piece < count; piece++) {
            int stored = extent.getPieces(piece);
            sound = stored > 0 && stored <= Pieces.length(extent.getLength(), piece);
        }
        return sound;
    }

    private void require(boolean condition, String what) {
        if (!condition) {
            throw ImageFormat.damaged(image, what);
        }
    }
}
