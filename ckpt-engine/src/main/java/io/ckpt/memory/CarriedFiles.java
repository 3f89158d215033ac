package io.ckpt.memory;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.freeze.OwnerTar;
import io.ckpt.image.ExtentPacker;
import io.ckpt.image.ExtentReader;
import io.ckpt.image.ImageFormat;
import io.ckpt.image.ImageReader;
import io.ckpt.image.ImageWriter;
import io.ckpt.image.v1.Extent;
import io.ckpt.image.v1.Manifest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/**
 * Files that lie on a node and go with the job to the next: its scratch directory, output that the scheduler has not yet
 * delivered. The image holds them as one tar archive in extents.
 */
public final class CarriedFiles {
    private static final String OBJECT = "carried";

    private CarriedFiles() {}

    /**
     * Stores those that are there as their owner may read them; the job does not run meanwhile.
     *
     * @param manifest says whose they are, and is told how long the archive is
     */
    public static void store(List<Path> paths, Manifest.Builder manifest, ImageWriter image) {
        List<Path> present = paths.stream()
                .filter(path -> Files.exists(path, LinkOption.NOFOLLOW_LINKS))
                .toList();
        if (!present.isEmpty()) {
            new OwnerTar(manifest.getOwnerUid(), manifest.getOwnerGid())
                    .pack(present, archive -> manifest.setCarriedBytes(append(archive, image)));
        }
    }

    /** Puts them where they were. */
    public static void restore(ImageReader image) {
        Manifest manifest = image.manifest();
        if (manifest.getCarriedBytes() > 0) {
            new OwnerTar(manifest.getOwnerUid(), manifest.getOwnerGid()).unpack(archive -> write(image, archive));
        }
    }

    private static long append(InputStream archive, ImageWriter image) throws IOException {
        ByteBuffer plain = image.buffers().take(ImageFormat.EXTENT_BYTES);
        long start = 0;
        try (ExtentPacker packer = new ExtentPacker(image.compression().level(), image.buffers())) {
            byte[] part = archive.readNBytes(ImageFormat.EXTENT_BYTES);
            while (part.length > 0) {
                image.append(OBJECT, start, packer.pack(plain.clear().put(part).flip()));
                start += part.length;
                part = archive.readNBytes(ImageFormat.EXTENT_BYTES);
            }
        }
        image.buffers().giveBack(plain);
        return start;
    }

    private static void write(ImageReader image, OutputStream archive) throws IOException {
        long at = 0;
        try (ExtentReader reader = image.extentReader()) {
            for (Extent extent : parts(image)) {
                require(extent.getStart() == at);
                byte[] part = new byte[extent.getLength()];
                reader.read(extent).get(part);
                archive.write(part);
                at += part.length;
            }
        }
        require(at == image.manifest().getCarriedBytes());
    }

    private static List<Extent> parts(ImageReader image) {
        return image.extents(part -> part.object().equals(OBJECT));
    }

    private static void require(boolean whole) {
        if (!whole) {
            throw new Fault(
                    FaultCode.IMAGE_DAMAGED, "parts of the carried files are missing", "use another checkpoint");
        }
    }
}
