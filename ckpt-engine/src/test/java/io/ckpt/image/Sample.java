package io.ckpt.image;

import com.google.protobuf.ByteString;
import io.ckpt.image.v1.Extent;
import io.ckpt.image.v1.Manifest;
import io.ckpt.image.v1.ObjectState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** A small image: text that packs, noise that does not, over several entries. */
final class Sample {
    static final Instant TIME = Instant.parse("2026-01-02T15:04:05.123Z");

    /** Plain bytes by "object@start". */
    final Map<String, byte[]> memory = new HashMap<>();

    private final Random random = new Random(7);

    Sample() {
        memory.put("memory:1@4096", text(ImageFormat.EXTENT_BYTES - ImageFormat.PAGE_BYTES));
        memory.put("memory:1@2097152", noise(3 * ImageFormat.PAGE_BYTES));
        memory.put("shared:2@0", text(100));
    }

    /** With so much noise that pages take more than one entry. */
    Sample large() {
        for (long start = 0; start < 40L << 20; start += ImageFormat.EXTENT_BYTES) {
            memory.put("memory:3@" + start, noise(ImageFormat.EXTENT_BYTES));
        }
        return this;
    }

    Manifest write(Path file, Seal seal) throws IOException {
        try (ImageWriter writer = new ImageWriter(file, create(file), TIME, new Buffers(0))) {
            return fill(writer).finish(Manifest.newBuilder().setJobId("4711"), seal);
        }
    }

    ImageWriter fill(ImageWriter writer) {
        writer.add(ObjectState.newBuilder().setId("file:0").setKind("pipe").build());
        try (ExtentPacker packer = new ExtentPacker(1, new Buffers(0))) {
            memory.forEach((name, bytes) -> {
                String[] parts = name.split("@");
                ByteBuffer plain =
                        ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
                writer.append(parts[0], Long.parseLong(parts[1]), packer.pack(plain));
            });
        }
        writer.add(ObjectState.newBuilder().setId("file:1").setKind("eventfd").build());
        return writer;
    }

    static FileChannel create(Path file) throws IOException {
        return FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.READ),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    static Seal seal(Path directory) {
        return Seal.ofKeyFile(directory.resolve("site.key"));
    }

    static String name(Extent extent) {
        return extent.getObjectId() + "@" + extent.getStart();
    }

    static byte[] bytes(ByteBuffer buffer) {
        return ByteString.copyFrom(buffer).toByteArray();
    }

    static void flip(Path file, long bit) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[(int) (bit / 8)] ^= (byte) (1 << bit % 8);
        Files.write(file, bytes);
    }

    byte[] noise(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private byte[] text(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) ("iterations of a solver " + i / 64).charAt(i % 20);
        }
        return bytes;
    }
}
