package io.ckpt.store;

import com.google.protobuf.Timestamp;
import io.ckpt.image.Buffers;
import io.ckpt.image.ExtentPacker;
import io.ckpt.image.ImageReader;
import io.ckpt.image.ImageWriter;
import io.ckpt.image.Seal;
import io.ckpt.image.v1.Clocks;
import io.ckpt.image.v1.Manifest;
import io.ckpt.image.v1.ObjectState;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.function.Consumer;

/** What the tests of a store have in common: they write small images into it and read them back. */
public final class StoreCase {
    private StoreCase() {}

    public static Seal seal(Path directory) {
        return Seal.ofKeyFile(directory.resolve("keys").resolve("site.key"));
    }

    /** Writes a checkpoint the way the engine does. */
    public static StoredCheckpoint checkpoint(Store store, String job, int generation, int megabytes, Seal seal) {
        try (PendingCheckpoint pending = store.begin(job, generation)) {
            write(pending, image -> {}, manifest(pending, job).setGeneration(generation), megabytes, seal);
            return pending.commit();
        }
    }

    /** The first of a job that was born so many seconds after the epoch, and has lived for so long. */
    static StoredCheckpoint checkpoint(Store store, String job, int born, Duration lived, Seal seal) {
        try (PendingCheckpoint pending = store.begin(job, 0)) {
            Manifest.Builder manifest = manifest(pending, job)
                    .setJobBorn(Timestamp.newBuilder().setSeconds(born))
                    .setClocks(Clocks.newBuilder().setMonotonicNs(lived.toNanos()));
            write(pending, image -> {}, manifest, 1, seal);
            return pending.commit();
        }
    }

    /** The same with one megabyte more than another, from which it takes the rest. */
    static StoredCheckpoint linked(Store store, String job, int generation, String before, Seal seal) {
        return linked(store, job, generation, before, seal, () -> {});
    }

    /** @param meanwhile what happens in the store while it is written */
    static StoredCheckpoint linked(
            Store store, String job, int generation, String before, Seal seal, Runnable meanwhile) {
        try (PendingCheckpoint pending = store.begin(job, generation);
                ImageReader reader = store.open(store.find(before))) {
            int megabytes = reader.extents().size() + 1;
            write(
                    pending,
                    image -> {
                        image.follow(reader);
                        meanwhile.run();
                    },
                    manifest(pending, job).setGeneration(generation),
                    megabytes,
                    seal);
            return pending.commit();
        }
    }

    private static Manifest.Builder manifest(PendingCheckpoint pending, String job) {
        return Manifest.newBuilder()
                .setJobId(job)
                .setCheckpointId(pending.id())
                .setClocks(Clocks.newBuilder().setMonotonicNs(System.nanoTime()));
    }

    static void write(PendingCheckpoint pending, String job, int megabytes, Seal seal) {
        write(pending, image -> {}, manifest(pending, job), megabytes, seal);
    }

    private static void write(
            PendingCheckpoint pending,
            Consumer<ImageWriter> first,
            Manifest.Builder manifest,
            int megabytes,
            Seal seal) {
        try (ImageWriter image =
                        new ImageWriter(pending.image(), pending.createImage(), pending.time(), new Buffers(0));
                ExtentPacker packer = new ExtentPacker(1, new Buffers(0))) {
            first.accept(image);
            byte[] noise = new byte[1 << 20];
            for (int i = 0; i < megabytes; i++) {
                new Random(i).nextBytes(noise);
                ByteBuffer plain =
                        ByteBuffer.allocateDirect(noise.length).put(noise).flip();
                image.append("memory:1", (long) i << 20, packer.pack(plain));
            }
            image.add(ObjectState.newBuilder().setId("process:1").build());
            image.finish(manifest, seal);
        }
    }

    static void verify(StoredCheckpoint checkpoint, Seal seal) {
        try (ImageReader image = ImageReader.open(checkpoint.image(), seal)) {
            image.verify(1);
        }
    }
}
