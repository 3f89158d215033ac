package io.ckpt.store;

import io.ckpt.image.Buffers;
import io.ckpt.image.ImageFormat;
import io.ckpt.image.ImageReader;
import io.ckpt.image.ImageWriter;
import io.ckpt.image.Seal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Puts an image that stands alone in the place of one that needs others. */
record ImageExchange(StoreRoot files, Seal seal, Disk disk) {
    void run(JobDirectory home, StoredCheckpoint checkpoint, Store.Rewriting rewriting) throws IOException {
        try (WriterLocks.Held held = files.lock(home.consolidationLock(), home.job());
                ImageReader from = ImageReader.open(checkpoint.image(), seal, home)) {
            rewrite(home, checkpoint, from, rewriting);
        }
    }

    private void rewrite(JobDirectory home, StoredCheckpoint checkpoint, ImageReader from, Store.Rewriting rewriting)
            throws IOException {
        Path fresh = home.consolidated(checkpoint.id());
        disk.remove(fresh);
        try (ImageWriter into = new ImageWriter(fresh, disk.createFile(fresh), checkpoint.created(), new Buffers(0))) {
            rewriting.write(from, into);
            disk.sync(fresh);
            ImageReader.manifest(fresh, seal);
            files.fence(home).hold(() -> exchange(home, checkpoint.id(), from, fresh));
        } finally {
            disk.remove(fresh);
        }
    }

    private void exchange(JobDirectory home, String id, ImageReader from, Path fresh) throws IOException {
        Path own = home.checkpoint(id).resolve(ImageFormat.FILE);
        if (!Files.exists(own) || !ImageReader.link(own, seal).equals(from.link())) {
            throw CheckpointName.notFound("checkpoint " + id + " is no longer what it was");
        }
        home.replaceImage(id, fresh);
    }
}
