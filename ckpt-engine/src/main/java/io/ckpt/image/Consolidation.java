package io.ckpt.image;

import io.ckpt.image.v1.Extent;
import io.ckpt.image.v1.Manifest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes an image that stands alone and holds what another does together with those that it needs. */
public final class Consolidation {
    private record Block(String objectId, long number) {}

    private final ImageReader from;
    private final ImageWriter into;
    private final int level;

    /** @param level of zstd, for extents that are put together anew */
    public Consolidation(ImageReader from, ImageWriter into, int level) {
        this.from = from;
        this.into = into;
        this.level = level;
    }

    /** Every extent is checked as it is read. */
    public Manifest write(Seal seal, int threads) {
        Map<Block, List<Extent>> blocks = new LinkedHashMap<>();
        from.extents().forEach(extent -> blocks.computeIfAbsent(block(extent), any -> new ArrayList<>())
                .add(extent));
        List<List<Extent>> all = List.copyOf(blocks.values());
        Shares.run(threads, all.size(), "ckpt-consolidate", () -> {
            Assembly assembly = new Assembly();
            return Shares.worker(index -> assembly.move(all.get(index)), assembly::close);
        });
        from.objects().forEach(into::add);
        Manifest.Builder manifest = from.manifest().toBuilder().clearLinks();
        manifest.getFiguresBuilder().setStoredBytes(into.storedBytes());
        return into.finish(manifest, seal);
    }

    private static Block block(Extent extent) {
        return new Block(extent.getObjectId(), extent.getStart() / ImageFormat.EXTENT_BYTES);
    }

    /** Room for the pages of one block. */
    private final class Assembly implements AutoCloseable {
        private final ExtentReader reader = from.extentReader();
        private final ExtentPacker packer = new ExtentPacker(level, new Buffers(0));
        private final ByteBuffer room = ByteBuffer.allocateDirect(ImageFormat.EXTENT_BYTES);

        void move(List<Extent> extents) {
            if (extents.stream().allMatch(extent -> extent.getPages().isEmpty())) {
                extents.forEach(
                        extent -> into.append(extent.getObjectId(), extent.getStart(), reader.readPacked(extent)));
            } else {
                assemble(extents);
            }
        }

        private void assemble(List<Extent> extents) {
            long base = extents.get(0).getStart() & -(long) ImageFormat.EXTENT_BYTES;
            BitSet pages = new BitSet();
            int end = 0;
            for (Extent extent : extents) {
                ByteBuffer bytes = reader.read(extent);
                for (ExtentPages.Run run : ExtentPages.runs(extent)) {
                    int at = (int) (extent.getStart() - base) + run.at();
                    room.put(at, bytes, run.at(), run.length());
                    pages.set(at / ImageFormat.PAGE_BYTES, page(at + run.length() + ImageFormat.PAGE_BYTES - 1));
                    end = Math.max(end, at + run.length());
                }
            }
            String objectId = extents.get(0).getObjectId();
            for (int first = pages.nextSetBit(0); first >= 0; ) {
                int after = pages.nextClearBit(first);
                int at = first * ImageFormat.PAGE_BYTES;
                int length = Math.min(after * ImageFormat.PAGE_BYTES, end) - at;
                into.append(objectId, base + at, packer.pack(room.slice(at, length)));
                first = pages.nextSetBit(after);
            }
        }

        private static int page(int offset) {
            return offset / ImageFormat.PAGE_BYTES;
        }

        @Override
        public void close() {
            packer.close();
            reader.close();
        }
    }
}
