package io.ckpt.image;

import com.google.protobuf.ByteString;
import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.image.v1.Extent;
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
    private final ByteString[] hashes;

    ExtentHashes(ArchiveBytes archive, EntryTable entries, List<PlacedExtent> placed) {
        this.archive = archive;
        this.entries = entries;
        this.placed = placed;
        this.hashes = new ByteString[placed.size()];
    }

    /** Of the pieces of each extent, in the order of the extents. */
    ByteString[] compute(Allowance allowance, int threads, Buffers buffers) {
        Shares.run(allowance, threads, placed.size(), "ckpt-hash", () -> {
            ByteBuffer room = buffers.take(ImageFormat.EXTENT_BYTES);
            return Shares.worker(index -> hash(index, room), () -> buffers.giveBack(room));
        });
        for (int i = 0; i < hashes.length; i++) {
            hashes[i] = hashes[placed.get(i).holder()];
        }
        return hashes;
    }

    private void hash(int number, ByteBuffer room) {
        if (placed.get(number).holder() == number) {
            hashes[number] = hash(placed.get(number).extent(), room);
        }
    }

    private ByteString hash(Extent extent, ByteBuffer room) {
        ByteBuffer stored = archive.read(entries.position(extent), room.clear().limit(Pieces.storedLength(extent)));
        CRC32C crc = new CRC32C();
        crc.update(stored.duplicate());
        if ((int) crc.getValue() != extent.getCrc()) {
            throw new Fault(
                    FaultCode.IO_ERROR,
                    archive.name() + " does not hold what was written to it",
                    "check the storage below the store; the checkpoint was not kept");
        }
        return ofPieces(extent.getPiecesList(), stored);
    }

    static ByteString ofPieces(List<Integer> pieces, ByteBuffer stored) {
        ByteBuffer bytes = stored.slice();
        ByteBuffer hashes = ByteBuffer.allocate(pieces.size() * Sha256.BYTES);
        int at = 0;
        for (int length : pieces) {
            hashes.put(Sha256.of(bytes.slice(at, length)));
            at += length;
        }
        return ByteString.copyFrom(hashes.flip());
    }
}
