package io.ckpt.image;

import io.ckpt.fault.Fault;
import io.ckpt.image.v1.FileEntry;
import io.ckpt.image.v1.Manifest;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.function.Predicate;

/** The bytes of an archive between the contents of its entries, which follow from the manifest. */
final class ArchiveFrame {
    private final ArchiveBytes archive;
    private final Instant time;
    private long at;

    ArchiveFrame(ArchiveBytes archive, Manifest manifest) {
        this.archive = archive;
        this.time = Instant.ofEpochSecond(manifest.getCreateTime().getSeconds());
    }

    /**
     * Checks the places of some entries, one behind the other, and of those that are to be read the bytes before and behind
     * them.
     *
     * @return where the last one ends
     */
    long check(Iterable<FileEntry> files, Predicate<FileEntry> read) {
        for (FileEntry file : files) {
            long content = at + TarBlocks.BLOCK;
            skip(file.getName(), file.getSize());
            if (file.getOffset() != content) {
                throw damaged(file.getName() + " is not where it should be");
            }
            if (read.test(file)) {
                expect(file.getName(), content, file.getSize());
            }
        }
        return at;
    }

    /** Checks one more. */
    void check(String name, long size) {
        long content = at + TarBlocks.BLOCK;
        skip(name, size);
        expect(name, content, size);
    }

    void checkEnd() {
        expect(at, TarBlocks.zeros(TarBlocks.TRAILER), "its end");
    }

    private void skip(String name, long size) {
        long end = at + TarBlocks.BLOCK + size;
        if (size < 0 || end < 0 || end > archive.size()) {
            throw damaged(name + " does not fit into it");
        }
        at = end + TarBlocks.padding(size);
    }

    private void expect(String name, long content, long size) {
        expect(content - TarBlocks.BLOCK, TarBlocks.header(name, size, time), "the header of " + name);
        expect(content + size, TarBlocks.zeros(TarBlocks.padding(size)), "the padding of " + name);
    }

    private void expect(long place, ByteBuffer expected, String what) {
        if (!archive.read(place, ByteBuffer.allocate(expected.remaining())).equals(expected)) {
            throw damaged(what + " was changed");
        }
    }

    private Fault damaged(String what) {
        return ImageFormat.damaged(archive.name(), what);
    }
}
