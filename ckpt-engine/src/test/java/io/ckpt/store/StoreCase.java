package io.ckpt.store;

import io.ckpt.image.Buffers;
import io.ckpt.image.ExtentPacker;
import io.ckpt.image.ImageReader;
import io.ckpt.image.ImageWriter;
import io.ckpt.image.Seal;
import io.ckpt.image.v1.Manifest;
import io.ckpt.image.v1.ObjectState;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;

/** What the tests of a store have in common: they write small images into it and read them back. */
final class StoreCase {
    private StoreCase() {}

    static Seal seal(Path directory) {
        return Seal.ofKeyFile(directory.resolve("keys").resolve("site.key"));
    }

    /** Writes a checkpoint the way the engine does. */
    static StoredCheckpoint checkpoint(Store store, String job, int generation, int megabytes, Seal seal) {
        try (PendingCheckpoint pending = store.begin(job, generation)) {
            write(pending, job, megabytes, seal);
            return pending.commit();
        }
    }

    static void write(PendingCheckpoint pending, String job, int megabytes, Seal seal) {
        try (ImageWriter image =
                        new ImageWriter(pending.image(), pending.createImage(), pending.time(), new Buffers(0));
                ExtentPacker packer = new ExtentPacker(1, new Buffers(0))) {
            byte[] noise = new byte[1 << 20];
            new Random(5).nextBytes(noise);
            for (int i = 0; i < megabytes; i++) {
                ByteBuffer plain =
                        ByteBuffer.allocateDirect(noise.length).put(noise).flip();
                image.append("memory:1", (long) i << 20, packer.pack(plain));
            }
            image.add(ObjectState.newBuilder().setId("process:1").build());
            image.finish(Manifest.newBuilder().setJobId(job).setCheckpointId(pending.id()), seal, 1);
        }
    }

    static void verify(StoredCheckpoint checkpoint, Seal seal) {
        try (ImageReader image = ImageReader.open(checkpoint.image(), seal)) {
            image.verify(1);
        }
    }
}
