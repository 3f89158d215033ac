package io.ckpt.image;

import io.ckpt.fault.Fault;
import io.ckpt.image.v1.Extent;
import io.ckpt.image.v1.ExtentIndex;
import io.ckpt.image.v1.FileEntry;
import io.ckpt.image.v1.Manifest;
import io.ckpt.image.v1.ObjectState;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Reads an image whose owner, seal and structure have been checked. Extents are checked against their hashes as they
 * are read, or all of them by {@link #verify}.
 */
public final class ImageReader implements AutoCloseable {
    private final ArchiveBytes archive;
    private final Manifest manifest;
    private final EntryTable entries;
    private final List<Extent> extents;

    private ImageReader(ArchiveBytes archive, Manifest manifest) {
        this.archive = archive;
        this.manifest = manifest;
        this.entries = EntryTable.of(manifest.getFilesList());
        this.extents = index();
    }

    /**
     * Opens an image and checks everything but the contents of extents and objects. Faults: IMAGE_DAMAGED,
     * IMAGE_TOO_NEW, NOT_PERMITTED (somebody else could have written it, or the seal does not hold), IO_ERROR.
     */
    public static ImageReader open(Path image, Seal seal) {
        ArchiveBytes archive = openFile(image);
        try {
            return new ImageReader(archive, SealedManifest.read(archive, seal));
        } catch (RuntimeException e) {
            close(archive);
            throw e;
        }
    }

    /** The manifest alone, its seal and place checked; for lists. */
    public static Manifest manifest(Path image, Seal seal) {
        ArchiveBytes archive = openFile(image);
        try {
            return SealedManifest.read(archive, seal);
        } finally {
            close(archive);
        }
    }

    public Manifest manifest() {
        return manifest;
    }

    /** Every captured object, in the order in which they were stored. */
    public List<ObjectState> objects() {
        List<ObjectState> states = new ArrayList<>();
        for (FileEntry entry : manifest.getFilesList()) {
            if (ImageFormat.isObjects(entry.getName())) {
                states.addAll(MessageStream.read(archive, entry, ObjectState.parser()));
            }
        }
        return states;
    }

    /** Every extent, in the order of the archive. */
    public List<Extent> extents() {
        return extents;
    }

    /** A reader of extents for one thread. */
    public ExtentReader extentReader() {
        return new ExtentReader(archive, entries);
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
        FileEntry entry = manifest.getFilesList().stream()
                .filter(file -> file.getName().equals(ImageFormat.INDEX))
                .findFirst()
                .orElseThrow(() -> ImageFormat.damaged(archive.name(), "it has no index"));
        List<Extent> all = MessageStream.read(archive, entry, ExtentIndex.parser()).stream()
                .flatMap(part -> part.getExtentsList().stream())
                .toList();
        new IndexCheck(archive.name(), entries).check(all);
        return all;
    }

    private static ArchiveBytes openFile(Path image) {
        Ownership.require(image);
        try {
            Set<OpenOption> options = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
            return new ArchiveBytes(image, FileChannel.open(image, options));
        } catch (IOException e) {
            throw Fault.io("open " + image, e);
        }
    }

    private static void close(ArchiveBytes archive) {
        try {
            archive.channel().close();
        } catch (IOException e) {
            throw Fault.io("close " + archive.name(), e);
        }
    }

    @Override
    public void close() {
        close(archive);
    }
}
