package io.ckpt.image;

import io.ckpt.image.v1.Extent;
import io.ckpt.image.v1.Link;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Where the newest bytes of each page are while an image is being written: in a draft, which is an extent that was copied
 * while the job could still change it, or in an image before. What of that becomes part of the image is said at the end.
 * For any number of threads.
 *
 * <p>Extents never cross a multiple of their greatest length, so that they are found by the block they lie in.
 */
final class Lineage {
    /** What {@link Source#draft} says of an extent in another image. */
    private static final int NO_DRAFT = -1;

    private record Block(String objectId, long number) {}

    /** One extent: pages of which nothing newer is known, and those that become part of the image. */
    private static final class Source {
        private final Extent extent;
        private final int draft;
        private final BitSet newest;
        private final BitSet kept = new BitSet();

        Source(Extent extent, int draft) {
            this.extent = extent;
            this.draft = draft;
            this.newest = ExtentPages.of(extent);
        }

        private BitSet within(long start, long end) {
            BitSet pages = new BitSet();
            int first = page(Math.max(start - extent.getStart(), 0));
            int after = page(Math.min(end - extent.getStart(), extent.getLength()) + ImageFormat.PAGE_BYTES - 1);
            if (first < after) {
                pages.set(first, after);
            }
            return pages;
        }

        private static int page(long offset) {
            return (int) (offset / ImageFormat.PAGE_BYTES);
        }

        Extent part() {
            return extent.toBuilder().setPages(ExtentPages.field(extent, kept)).build();
        }
    }

    private final List<Link> links;
    private final Map<Block, List<Source>> blocks = new HashMap<>();
    private final List<Source> sources = new ArrayList<>();
    private final Map<PagesOutput.Content, Extent> stored = new HashMap<>();

    /** Of an image that has nothing before it. */
    Lineage() {
        this.links = List.of();
    }

    /** Of an image that follows another. */
    Lineage(ImageReader before) {
        this.links = new ArrayList<>();
        links.add(before.link());
        links.addAll(before.manifest().getLinksList());
        before.extents()
                .forEach(extent -> addLinked(
                        extent.toBuilder().setLink(extent.getLink() + 1).build()));
    }

    private void addLinked(Extent extent) {
        add(extent, NO_DRAFT);
        stored.putIfAbsent(PagesOutput.Content.of(extent), extent);
    }

    private Source add(Extent extent, int draft) {
        Source source = new Source(extent, draft);
        sources.add(source);
        block(extent.getObjectId(), extent.getStart()).add(source);
        return source;
    }

    private List<Source> block(String objectId, long address) {
        return blocks.computeIfAbsent(new Block(objectId, ImageFormat.block(address)), any -> new ArrayList<>());
    }

    /** Bytes of which something newer was read: whatever is known of them is out of date. */
    synchronized void renew(String objectId, long start, long length) {
        each(objectId, start, length, (source, pages) -> source.newest.andNot(pages));
    }

    /** What is known of these bytes, which may be out of date. */
    synchronized long knownBytes(String objectId, long length) {
        long[] pages = {0};
        each(objectId, 0, length, (source, within) -> {
            within.and(source.newest);
            pages[0] += within.cardinality();
        });
        return Math.min(pages[0] * ImageFormat.PAGE_BYTES, length);
    }

    /** An extent of the image being written that holds the newest of its bytes. */
    synchronized void draft(int number, Extent extent) {
        add(extent, number);
    }

    /** The newest of these bytes become part of the image; where there are none, zeros do. */
    synchronized void keep(String objectId, long start, long length) {
        each(objectId, start, length, (source, pages) -> {
            pages.and(source.newest);
            source.kept.or(pages);
        });
    }

    private interface Change {
        void of(Source source, BitSet pages);
    }

    private void each(String objectId, long start, long length, Change change) {
        long end = start + length;
        for (long at = start; at < end; at += ImageFormat.EXTENT_BYTES - (at & ImageFormat.EXTENT_BYTES - 1)) {
            Block block = new Block(objectId, ImageFormat.block(at));
            blocks.getOrDefault(block, List.of()).forEach(source -> change.of(source, source.within(start, end)));
        }
    }

    /** Has bytes of an image before stand for the very same, when there are some: those of any object, at any address. */
    boolean keepSame(String objectId, long start, PackedExtent packed) {
        Optional<Extent> same = same(packed);
        same.ifPresent(extent -> keepAll(extent.toBuilder()
                .setObjectId(objectId)
                .setStart(start)
                .clearPages()
                .build()));
        return same.isPresent();
    }

    private synchronized Optional<Extent> same(PackedExtent packed) {
        return Optional.ofNullable(stored.get(PagesOutput.Content.of(packed)));
    }

    private synchronized void keepAll(Extent extent) {
        Source source = add(extent, NO_DRAFT);
        source.kept.or(ExtentPages.all(extent));
    }

    /** Drafts by number, as the index shall have them. */
    synchronized Map<Integer, Extent> drafts() {
        Map<Integer, Extent> drafts = new HashMap<>();
        sources.stream()
                .filter(source -> source.draft != NO_DRAFT)
                .forEach(source -> drafts.put(source.draft, source.part()));
        return drafts;
    }

    /** Links that are needed, and extents of theirs that count them from 1. */
    record Linked(List<Link> links, List<Extent> extents) {}

    synchronized Linked linked() {
        List<Source> needed = sources.stream()
                .filter(source -> source.draft == NO_DRAFT && !source.kept.isEmpty())
                .toList();
        List<Integer> numbers = List.copyOf(new TreeSet<>(
                needed.stream().map(source -> source.extent.getLink()).toList()));
        int[] renumbered = new int[links.size() + 1];
        Arrays.setAll(renumbered, number -> numbers.indexOf(number) + 1);
        return new Linked(
                numbers.stream().map(number -> links.get(number - 1)).toList(),
                needed.stream()
                        .map(source -> source.part().toBuilder()
                                .setLink(renumbered[source.extent.getLink()])
                                .build())
                        .toList());
    }
}
