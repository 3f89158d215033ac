package io.ckpt.image;

import io.ckpt.image.v1.Extent;
import io.ckpt.image.v1.ExtentIndex;
import io.ckpt.image.v1.FileEntry;
import io.ckpt.image.v1.Link;
import io.ckpt.image.v1.Manifest;
import io.ckpt.image.v1.ObjectState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads an image, with those that it needs, whose owner, seal and structure have been checked. Extents are checked against
 * their hashes as they are read, or all of them by {@link #verify}.
 */
public final class ImageReader implements AutoCloseable {
    private final List<OpenArchive> archives;
    private final OpenArchive own;
    private final List<Extent> extents;
    private final Buffers buffers = new Buffers(Long.MAX_VALUE);

    private ImageReader(List<OpenArchive> archives) {
        this.archives = archives;
        this.own = archives.get(0);
        this.extents = index();
    }

    /** Opens an image that stands alone; see {@link #open(Path, Seal, LinkedImages)}. */
    public static ImageReader open(Path image, Seal seal) {
        return open(image, seal, LinkedImages.none());
    }

    /**
     * Opens an image and checks everything but the contents of extents and objects. Faults: IMAGE_DAMAGED (also for one
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

    /** Every extent with pages of this image, in the order of the archive, then those of other archives. */
    public List<Extent> extents() {
        return extents;
    }

    /** A reader of extents for one thread. */
    public ExtentReader extentReader() {
        return new ExtentReader(archives, buffers);
    }

    /** Reads and checks every object and extent. */
    public void verify(int threads) {
        objects();
        Shares.run(threads, extents.size(), "ckpt-verify", () -> {
            ExtentReader reader = extentReader();
            return Shares.worker(index -> reader.read(extents.get(index)), reader::close);
        });
    }

    private List<Extent> index() {
        FileEntry entry = manifest().getFilesList().stream()
                .filter(file -> file.getName().equals(ImageFormat.INDEX))
                .findFirst()
                .orElseThrow(() -> ImageFormat.damaged(own.name(), "it has no index"));
        List<ExtentIndex> parts = MessageStream.read(own.bytes(), entry, ExtentIndex.parser());
        List<Extent> stored =
                parts.stream().flatMap(part -> part.getExtentsList().stream()).toList();
        List<Extent> linked =
                parts.stream().flatMap(part -> part.getLinkedList().stream()).toList();
        new IndexCheck(own.name(), own.entries()).check(stored);
        linked.forEach(this::checkLinked);
        return Stream.concat(stored.stream(), linked.stream())
                .filter(extent -> !ExtentPages.of(extent).isEmpty())
                .toList();
    }

    private void checkLinked(Extent extent) {
        boolean known = extent.getLink() > 0 && extent.getLink() < archives.size();
        if (!known) {
            throw ImageFormat.damaged(own.name(), "its index names an image that it does not need");
        }
        OpenArchive holder = archives.get(extent.getLink());
        new IndexCheck(holder.name(), holder.entries()).checkPlace(extent);
    }

    @Override
    public void close() {
        archives.forEach(OpenArchive::close);
    }
}
