package io.ckpt.image;

import com.google.protobuf.ByteString;
import io.ckpt.image.v1.Extent;
import io.ckpt.image.v1.ExtentIndex;
import io.ckpt.image.v1.Index;
import io.ckpt.image.v1.IndexEntry;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Cuts the extents of an image into parts, and makes the index of these. */
final class IndexOutput {
    /** About as many bytes as a part has. */
    private static final int PART_BYTES = 16 << 10;

    private final List<ByteBuffer> parts = new ArrayList<>();
    private final Index.Builder index = Index.newBuilder();
    private ExtentIndex.Builder part = ExtentIndex.newBuilder();
    private int partBytes;
    private long end;

    IndexOutput(List<Extent> extents) {
        extents.stream()
                .sorted(Comparator.comparing(Extent::getObjectId).thenComparing(Extent::getStart))
                .forEach(this::add);
        endPart();
    }

    private void add(Extent extent) {
        if (part.getExtentsCount() > 0 && isCutBefore(extent)) {
            endPart();
        }
        part.addExtents(extent);
        partBytes += extent.getSerializedSize();
        end = Math.max(end, extent.getStart() + extent.getLength());
    }

    private boolean isCutBefore(Extent extent) {
        Extent last = part.getExtents(part.getExtentsCount() - 1);
        return !last.getObjectId().equals(extent.getObjectId())
                || partBytes >= PART_BYTES
                        && ImageFormat.block(last.getStart()) != ImageFormat.block(extent.getStart());
    }

    private void endPart() {
        if (part.getExtentsCount() == 0) {
            return;
        }
        byte[] bytes = part.build().toByteArray();
        parts.add(ByteBuffer.wrap(bytes));
        index.addParts(IndexEntry.newBuilder()
                .setObjectId(part.getExtents(0).getObjectId())
                .setStart(part.getExtents(0).getStart())
                .setEnd(end)
                .setExtents(part.getExtentsCount())
                .setLength(bytes.length)
                .setSha256(ByteString.copyFrom(Sha256.of(bytes))));
        part = ExtentIndex.newBuilder();
        partBytes = 0;
        end = 0;
    }

    List<ByteBuffer> parts() {
        return parts;
    }

    byte[] index() {
        return index.build().toByteArray();
    }
}
