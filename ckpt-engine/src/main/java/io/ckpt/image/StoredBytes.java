package io.ckpt.image;

import io.ckpt.image.v1.Extent;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * What lies in the pages of an archive that is being written: in the buffers on their way to it, where these have not been
 * used again, else in the archive. For one thread at a time.
 */
final class StoredBytes {
    private final ArchiveBytes archive;
    private final Archive written;
    private final Map<Integer, ByteBuffer> buffers = new HashMap<>();

    StoredBytes(ArchiveBytes archive, Archive written) {
        this.archive = archive;
        this.written = written;
    }

    /** A buffer is empty, and is filled for an entry from now on. */
    void begin(int entry, ByteBuffer buffer) {
        buffers.values().removeIf(used -> used == buffer);
        buffers.put(entry, buffer);
    }

    /** Whether an extent has these very bytes. */
    boolean has(Extent extent, ByteBuffer stored) {
        int length = stored.remaining();
        ByteBuffer buffer = buffers.get(extent.getFileIndex());
        ByteBuffer bytes = buffer == null
                ? archive.read(EntryTable.of(written.files()).position(extent), ByteBuffer.allocate(length))
                : buffer.slice((int) extent.getOffset(), length);
        return bytes.equals(stored);
    }
}
