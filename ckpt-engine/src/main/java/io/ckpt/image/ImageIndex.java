package io.ckpt.image;

import com.google.protobuf.InvalidProtocolBufferException;
import io.ckpt.image.v1.Extent;
import io.ckpt.image.v1.ExtentIndex;
import io.ckpt.image.v1.FileEntry;
import io.ckpt.image.v1.Index;
import io.ckpt.image.v1.IndexEntry;
import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Where each page of an image lies. Extents are numbered in the order of object and address; any part of them is read, and
 * checked against its hash, when it is asked for: so an image of any size is opened in the same time. For any number of
 * threads.
 */
public final class ImageIndex {
    private final List<OpenArchive> archives;
    private final List<Part> parts = new ArrayList<>();
    private final Map<String, NavigableMap<Long, Part>> ofObjects = new HashMap<>();
    private final TreeMap<Integer, Part> byNumber = new TreeMap<>();
    private final AtomicReferenceArray<SoftReference<List<Extent>>> known;
    private final int count;

    /**
     * Extents of one object.
     *
     * @param start of the first
     * @param end of all
     * @param first number of the first extent
     * @param place of their messages in the archive
     */
    public record Part(String object, long start, long end, int first, int count, Place place) {}

    record Place(int number, long position, IndexEntry entry) {}

    /** @param archives the image itself, then its links */
    ImageIndex(List<OpenArchive> archives) {
        this.archives = archives;
        FileEntry all = own().entry(ImageFormat.EXTENTS);
        long at = all.getOffset();
        int number = 0;
        for (IndexEntry entry : index().getPartsList()) {
            add(entry, number, at);
            number += entry.getExtents();
            at += entry.getLength();
        }
        require(at == all.getOffset() + all.getSize(), "parts are missing in its index");
        this.count = number;
        this.known = new AtomicReferenceArray<>(parts.size());
    }

    private OpenArchive own() {
        return archives.get(0);
    }

    private Index index() {
        try {
            return Index.parseFrom(own().read(own().entry(ImageFormat.INDEX)));
        } catch (InvalidProtocolBufferException e) {
            throw ImageFormat.damaged(own().name(), "its index cannot be read", e);
        }
    }

    private void add(IndexEntry entry, int first, long position) {
        require(entry.getExtents() > 0 && entry.getLength() > 0, "a part of its index is empty");
        Part part = new Part(
                entry.getObjectId(),
                entry.getStart(),
                entry.getEnd(),
                first,
                entry.getExtents(),
                new Place(parts.size(), position, entry));
        parts.add(part);
        byNumber.put(first, part);
        ofObjects.computeIfAbsent(part.object(), any -> new TreeMap<>()).put(part.start(), part);
    }

    /** How many extents there are. */
    public int count() {
        return count;
    }

    public List<Part> parts() {
        return parts;
    }

    /** Those of a part; among them may be some without a page of this image. */
    public List<Extent> extents(Part part) {
        int number = part.place().number();
        SoftReference<List<Extent>> read = known.get(number);
        List<Extent> extents = read == null ? null : read.get();
        if (extents == null) {
            extents = read(part);
            known.set(number, new SoftReference<>(extents));
        }
        return extents;
    }

    public Extent extent(int number) {
        Part part = byNumber.floorEntry(number).getValue();
        return extents(part).get(number - part.first());
    }

    /** Of an extent. */
    public String object(int number) {
        return byNumber.floorEntry(number).getValue().object();
    }

    /** Number of the extent that has the page of an address; none: the page is zero. */
    public OptionalInt find(String object, long address) {
        Map.Entry<Long, Part> part =
                ofObjects.getOrDefault(object, new TreeMap<>()).floorEntry(address);
        return part == null || part.getValue().end() <= address ? OptionalInt.empty() : find(part.getValue(), address);
    }

    private OptionalInt find(Part part, long address) {
        List<Extent> extents = extents(part);
        for (int i = lastFrom(extents, address); i >= 0; i--) {
            Extent extent = extents.get(i);
            if (ImageFormat.block(extent.getStart()) != ImageFormat.block(address)) {
                break;
            }
            if (ExtentPages.has(extent, address)) {
                return OptionalInt.of(part.first() + i);
            }
        }
        return OptionalInt.empty();
    }

    /** The last that starts at an address or before; -1: none does. */
    private static int lastFrom(List<Extent> extents, long address) {
        int low = 0;
        int high = extents.size();
        while (low < high) {
            int middle = (low + high) / 2;
            if (extents.get(middle).getStart() <= address) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    private List<Extent> read(Part part) {
        IndexEntry entry = part.place().entry();
        byte[] bytes = own().bytes().read(part.place().position(), entry.getLength());
        require(Sha256.is(bytes, entry.getSha256()), "the hash of a part of its index does not fit");
        try {
            List<Extent> extents = ExtentIndex.parseFrom(bytes).getExtentsList();
            require(extents.size() == part.count(), "extents are missing in its index");
            extents.forEach(this::checkPlace);
            return extents;
        } catch (InvalidProtocolBufferException e) {
            throw ImageFormat.damaged(own().name(), "its index cannot be read", e);
        }
    }

    private void checkPlace(Extent extent) {
        boolean known = extent.getLink() >= 0 && extent.getLink() < archives.size();
        require(known, "its index names an image that it does not need");
        OpenArchive holder = archives.get(extent.getLink());
        new IndexCheck(holder.name(), holder.entries()).checkPlace(extent);
    }

    private void require(boolean condition, String what) {
        if (!condition) {
            throw ImageFormat.damaged(own().name(), what);
        }
    }
}
