package io.ckpt.image;

import io.ckpt.image.v1.Extent;
import io.ckpt.image.v1.FileEntry;
import io.ckpt.image.v1.Link;
import io.ckpt.image.v1.Manifest;
import io.ckpt.image.v1.ObjectState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Reads an image, with those that it needs, whose owner, seal and structure have been checked. Extents are checked against
 * their hashes as they are read, or all of them by {@link #verify}.
 */
public final class ImageReader implements AutoCloseable {
    private final List<OpenArchive> archives;
    private final OpenArchive own;
    private final ImageIndex index;
    private final Buffers buffers = new Buffers(Long.MAX_VALUE);

    private ImageReader(List<OpenArchive> archives) {
        this.archives = archives;
        this.own = archives.get(0);
        this.index = new ImageIndex(archives);
    }

    /** Opens an image that stands alone; see {@link #open(Path, Seal, LinkedImages)}. */
    public static ImageReader open(Path image, Seal seal) {
        return open(image, seal, LinkedImages.none());
    }

    /**
     * Opens an image and checks its seal and what it says of itself; what it holds is checked when it is read, and what lies
     * between by {@link #checkFrame}. Faults: IMAGE_DAMAGED (also for one
     * that it needs), IMAGE_TOO_NEW, NOT_PERMITTED (somebody else could have written it, or the seal does not hold),
     * IO_ERROR.
     */
    public static ImageReader open(Path image, Seal seal, LinkedImages images) {
        List<OpenArchive> archives = new ImageChain(seal, images).open(image);
        try {
            return new ImageReader(archives);
        } catch (RuntimeException e) {
            archives.forEach(OpenArchive::close);
            throw e;
        }
    }

    /** The manifest alone, its seal and place checked; for lists. */
    public static Manifest manifest(Path image, Seal seal) {
        try (OpenArchive archive = OpenArchive.open(image, seal)) {
            return archive.manifest();
        }
    }

    /** What an image says that needs the one of this file. */
    public static Link link(Path image, Seal seal) {
        try (OpenArchive archive = OpenArchive.open(image, seal)) {
            return archive.link();
        }
    }

    /** Looks for the images that one needs; faults as {@link #open(Path, Seal, LinkedImages)}. */
    public static void requireLinks(Path image, Manifest manifest, Seal seal, LinkedImages images) {
        new ImageChain(seal, images).require(image, manifest);
    }

    public Manifest manifest() {
        return own.manifest();
    }

    /** What an image says that needs this one. */
    public Link link() {
        return own.link();
    }

    /** Every captured object, in the order in which they were stored. */
    public List<ObjectState> objects() {
        List<ObjectState> states = new ArrayList<>();
        for (FileEntry entry : manifest().getFilesList()) {
            if (ImageFormat.isObjects(entry.getName())) {
                states.addAll(MessageStream.read(own.bytes(), entry, ObjectState.parser()));
            }
        }
        return states;
    }

    /** Where everything lies. */
    public ImageIndex index() {
        return index;
    }

    /** Every extent with pages of this image, in the order of objects and addresses. */
    public List<Extent> extents() {
        return extents(part -> true);
    }

    /** Those of some parts of the index. */
    public List<Extent> extents(Predicate<ImageIndex.Part> wanted) {
        return index.parts().stream()
                .filter(wanted)
                .flatMap(part -> index.extents(part).stream())
                .filter(extent -> !ExtentPages.of(extent).isEmpty())
                .toList();
    }

    /** Addresses of all pages of this image in an object. */
    public NavigableSet<Long> pages(String objectId) {
        NavigableSet<Long> pages = new TreeSet<>();
        for (Extent extent : extents(part -> part.object().equals(objectId))) {
            ExtentPages.of(extent).stream()
                    .mapToObj(page -> extent.getStart() + (long) page * ImageFormat.PAGE_BYTES)
                    .forEach(pages::add);
        }
        return pages;
    }

    /** A reader of extents for one thread. */
    public ExtentReader extentReader() {
        return new ExtentReader(archives, buffers);
    }

    /** Checks the bytes between the contents of all archives, on which nothing depends: nobody else has changed them. */
    public void checkFrame() {
        archives.forEach(OpenArchive::checkFrame);
    }

    /** Reads and checks all of the index, of which else is read what is needed when it is. */
    public void checkIndex() {
        new IndexCheck(own.name(), own.entries())
                .check(all().stream().filter(extent -> extent.getLink() == 0).toList());
    }

    /** Reads and checks every byte of it, and all it needs of others. */
    public void verify(int threads) {
        checkFrame();
        objects();
        checkIndex();
        List<Extent> extents = all();
        Shares.run(threads, extents.size(), "ckpt-verify", () -> {
            ExtentReader reader = extentReader();
            return Shares.worker(index -> reader.read(extents.get(index)), reader::close);
        });
    }

    /** Those without a page of this image too. */
    private List<Extent> all() {
        return index.parts().stream()
                .flatMap(part -> index.extents(part).stream())
                .toList();
    }

    @Override
    public void close() {
        archives.forEach(OpenArchive::close);
    }
}
