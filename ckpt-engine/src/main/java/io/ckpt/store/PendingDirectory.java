package io.ckpt.store;

import io.ckpt.fault.Fault;
import io.ckpt.image.ImageFormat;
import io.ckpt.image.ImageReader;
import io.ckpt.image.Seal;
import io.ckpt.image.v1.Manifest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;

/** A checkpoint in a hidden directory, which a rename makes visible. */
final class PendingDirectory implements PendingCheckpoint {
    private final JobDirectory home;
    private final String id;
    private final Instant time;
    private final int generation;
    private final Fence fence;
    private final WriterLocks.Held lock;
    private final Seal seal;
    private final Path pending;
    private boolean renamed;

    PendingDirectory(
            JobDirectory home,
            Path pending,
            String id,
            Instant time,
            int generation,
            Fence fence,
            WriterLocks.Held lock,
            Seal seal) {
        this.home = home;
        this.id = id;
        this.time = time;
        this.generation = generation;
        this.fence = fence;
        this.lock = lock;
        this.seal = seal;
        this.pending = pending;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Instant time() {
        return time;
    }

    @Override
    public Path image() {
        return pending.resolve(ImageFormat.FILE);
    }

    @Override
    public FileChannel createImage() {
        try {
            return home.disk().createFile(image());
        } catch (IOException e) {
            throw Fault.io("create " + image(), e);
        }
    }

    @Override
    public StoredCheckpoint commit() {
        return commit(() -> {});
    }

    /** @param condition throws what stands against it at the last moment */
    StoredCheckpoint commit(Fence.Change condition) {
        try {
            home.disk().sync(image());
            Manifest manifest = ImageReader.manifest(image(), seal);
            label(manifest.getOwnerUid());
            fence.pass(generation, () -> {
                condition.run();
                ImageReader.requireLinks(image(), manifest, seal, home);
                home.disk().rename(pending, home.checkpoint(id));
            });
            renamed = true;
            home.disk().sync(home.path());
            return StoredCheckpoint.good(id, home.job(), home.checkpoint(id).resolve(ImageFormat.FILE), manifest);
        } catch (IOException e) {
            throw Fault.io("commit checkpoint " + id + " in " + home.path(), e);
        }
    }

    /** Whose it is can still be said when the image is damaged. */
    private void label(int owner) throws IOException {
        Path label = pending.resolve(JobDirectory.OWNER);
        try (FileChannel channel = home.disk().createFile(label)) {
            channel.write(StandardCharsets.US_ASCII.encode(owner + "\n"));
        }
        home.disk().sync(label);
        home.disk().sync(pending);
    }

    /** What cannot be removed now is never listed, and swept by the next writer. */
    @Override
    public void close() {
        try (WriterLocks.Held held = lock) {
            if (!renamed) {
                home.disk().remove(pending);
            }
        } catch (IOException e) {
            throw Fault.io("remove " + pending, e);
        }
    }
}
