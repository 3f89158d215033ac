package io.ckpt.image;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Hashes of the extents of a written archive, by reading it again. SHA-256 takes a third of the time of zstd level 1:
 * so it is computed when the job runs on; until then a CRC-32C of every extent is kept, which tells whether what is
 * read is what was written.
 */
final class ExtentHashes {
    private final ArchiveBytes archive;
    private final EntryTable entries;
    private final List<PlacedExtent> placed;
    private final byte[][] hashes;

    ExtentHashes(ArchiveBytes archive, EntryTable entries, List<PlacedExtent> placed) {
        this.archive = archive;
        this.entries = entries;
        this.placed = placed;
        this.hashes = new byte[placed.size()][];
    }

    /** Hashes in the order of the extents. */
    byte[][] compute(int threads, Buffers buffers) {
        Shares.run(threads, placed.size(), "ckpt-hash", () -> {
            ByteBuffer room = buffers.take(ImageFormat.EXTENT_BYTES);
            return Shares.worker(index -> hashes[index] = hash(placed.get(index), room), () -> buffers.giveBack(room));
        });
        return hashes;
    }

    private byte[] hash(PlacedExtent place, ByteBuffer room) {
        ByteBuffer stored = archive.read(
                entries.position(place.extent()),
                room.clear().limit(place.extent().getStoredLength()));
        CRC32C crc = new CRC32C();
        crc.update(stored.duplicate());
        if ((int) crc.getValue() != place.crc()) {
            throw new Fault(
                    FaultCode.IO_ERROR,
                    archive.name() + " does not hold what was written to it",
                    "check the storage below the store; the checkpoint was not kept");
        }
        return Sha256.of(stored);
    }
}
