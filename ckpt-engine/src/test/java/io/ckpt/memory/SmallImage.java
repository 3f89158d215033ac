package io.ckpt.memory;

import io.ckpt.image.Buffers;
import io.ckpt.image.ExtentPacker;
import io.ckpt.image.ImageReader;
import io.ckpt.image.ImageWriter;
import io.ckpt.image.PackedExtent;
import io.ckpt.image.Seal;
import io.ckpt.image.v1.Manifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Set;

/** An image of pages only. */
record SmallImage(Path file, Seal seal) {
    interface Filling {
        void into(ImageWriter writer);
    }

    interface Sink {
        void accept(String object, long start, PackedExtent packed);
    }

    static SmallImage in(Path directory) {
        return new SmallImage(directory.resolve("image.tar"), Seal.ofKeyFile(directory.resolve("site.key")));
    }

    ImageReader write(Filling filling) throws IOException {
        try (ImageWriter writer = new ImageWriter(file, create(), Instant.EPOCH, new Buffers(0))) {
            filling.into(writer);
            writer.finish(Manifest.newBuilder(), seal);
        }
        return ImageReader.open(file, seal);
    }

    /** One extent. */
    static void pack(byte[] plain, String object, long start, Sink sink) {
        try (ExtentPacker packer = new ExtentPacker(1, new Buffers(0))) {
            ByteBuffer bytes = ByteBuffer.allocateDirect(plain.length).put(plain);
            sink.accept(object, start, packer.pack(bytes.flip()));
        }
    }

    private FileChannel create() throws IOException {
        return FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.READ),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
}
