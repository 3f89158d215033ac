package io.ckpt.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * The blocks of a POSIX tar between the contents. They follow from name, size and time alone, so that a reader can tell
 * what every byte of an archive must be. Entries stay far below 8 GiB and names below 100 bytes: no extended headers.
 */
final class TarBlocks {
    static final int BLOCK = TarConstants.DEFAULT_RCDSIZE;

    /** Two empty blocks end an archive. */
    static final int TRAILER = 2 * BLOCK;

    private TarBlocks() {}

    static ByteBuffer header(String name, long size, Instant time) {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(size);
        entry.setMode(0100600);
        entry.setIds(0, 0);
        entry.setNames("root", "root");
        entry.setModTime(Date.from(Instant.ofEpochSecond(time.getEpochSecond())));
        byte[] block = new byte[BLOCK];
        entry.writeEntryHeader(block);
        return ByteBuffer.wrap(block);
    }

    /** Bytes that fill up the last block of a content. */
    static int padding(long size) {
        return (int) (-size & BLOCK - 1);
    }

    static ByteBuffer zeros(int length) {
        return ByteBuffer.wrap(new byte[length]);
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
