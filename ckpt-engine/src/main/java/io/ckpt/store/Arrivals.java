package io.ckpt.store;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.image.ExtentReader;
import io.ckpt.image.ImageReader;
import io.ckpt.image.Seal;
import io.ckpt.image.v1.Manifest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Checkpoints that come from another store, byte for byte and under their names. */
final class Arrivals {
    private final StoreRoot files;
    private final Seal seal;
    private final Disk disk;

    Arrivals(StoreRoot files, Seal seal, Disk disk) {
        this.files = files;
        this.seal = seal;
        this.disk = disk;
    }

    /**
     * Takes one over. It is seen when it is whole and durable and all its hashes hold.
     *
     * @param stillThere asked when nothing else stands against it
     * @throws Fault NOT_PERMITTED when a newer generation has begun; IMAGE_DAMAGED when a hash does not hold, or others
     *     are not here that it needs; NOT_FOUND when it is no longer there; BUSY while another of its run is taken over
     */
    StoredCheckpoint receive(StoredCheckpoint from, Staging.Carrier carrier, BooleanSupplier stillThere) {
        Manifest manifest = from.manifest().orElseThrow();
        return files.with("bring " + from.id() + " to", root -> {
            JobDirectory home = root.create(from.job());
            Fence fence = files.fence(home);
            fence.admit(manifest.getGeneration());
            Optional<StoredCheckpoint> here = arrived(home, fence, from.id());
            if (here.isPresent()) {
                return here.get();
            }
            files.sweep(home);
            try (PendingDirectory arriving = arriving(home, fence, from)) {
                bring(from.image(), arriving, carrier);
                verify(arriving.image(), home);
                return arriving.commit(() -> {
                    files.require();
                    if (!stillThere.getAsBoolean()) {
                        throw CheckpointName.notFound("checkpoint " + from.id() + " was deleted on its way");
                    }
                });
            }
        });
    }

    /** What has come before; one that is damaged gives way. */
    private Optional<StoredCheckpoint> arrived(JobDirectory home, Fence fence, String id) throws IOException {
        if (!Files.exists(home.checkpoint(id))) {
            return Optional.empty();
        }
        StoredCheckpoint here = home.look(id, seal);
        if (here.damage().isPresent()) {
            here.requireDamage();
            fence.hold(() -> home.delete(id, seal));
        }
        return Optional.of(here).filter(StoredCheckpoint::isGood);
    }

    private PendingDirectory arriving(JobDirectory home, Fence fence, StoredCheckpoint from) throws IOException {
        int generation = from.generation();
        WriterLocks.Held lock = files.lock(home.arrivalLock(generation), home.job());
        try {
            Path pending = home.arriving(generation, from.id());
            disk.createDirectory(pending);
            return new PendingDirectory(home, pending, from.id(), from.created(), generation, fence, lock, seal);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static void bring(Path image, PendingCheckpoint arriving, Staging.Carrier carrier) throws IOException {
        try (FileChannel from = FileChannel.open(image, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
                FileChannel into = arriving.createImage()) {
            carrier.carry(from, into);
        }
    }

    /** Everything but what lies in the images that it needs. */
    private void verify(Path image, JobDirectory home) {
        try (ImageReader reader = ImageReader.open(image, seal, home);
                ExtentReader extents = reader.extentReader()) {
            reader.objects();
            reader.extents().stream().filter(extent -> extent.getLink() == 0).forEach(extents::read);
        }
    }

    /** Whether all is here that a checkpoint of another store needs. */
    boolean holdsLinksOf(StoredCheckpoint from) {
        return files.with("look into", root -> {
            try {
                ImageReader.requireLinks(from.image(), from.manifest().orElseThrow(), seal, root.home(from.job()));
                return true;
            } catch (Fault fault) {
                if (fault.code() != FaultCode.IMAGE_DAMAGED) {
                    throw fault;
                }
                return false;
            }
        });
    }
}
