package io.ckpt.memory;

import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.KeptFile;
import io.ckpt.freeze.StolenFile;
import java.nio.ByteBuffer;

/** Something pages can be read from, by any number of threads. */
public interface PageSource {
    /** Fills the rest of a direct buffer with what is at {@code address}. */
    void read(long address, ByteBuffer into);

    /** Bytes from a position on: how many came, none or fewer than none at the end. */
    interface Content {
        int readAt(long position, ByteBuffer into);
    }

    /** A private mapping of a process. */
    static PageSource of(FrozenProcess process, long start, long end) {
        return new MappedPages(process, start, end);
    }

    /** A private mapping with pages that its process shares with others: it is read while the job is frozen. */
    static PageSource shared(FrozenProcess process) {
        return new SharedPages(process);
    }

    /** The content of a file by position; what lies beyond its end reads as zero, and so do holes. */
    static PageSource of(StolenFile file) {
        return whole(file::readAt);
    }

    /** The same of one that is read when its job goes on. */
    static PageSource of(KeptFile file) {
        return whole(file::readAt);
    }

    private static PageSource whole(Content content) {
        return (position, into) -> {
            long at = position;
            while (into.hasRemaining()) {
                int count = content.readAt(at, into);
                if (count <= 0) {
                    into.put(new byte[into.remaining()]);
                    return;
                }
                at += count;
            }
        };
    }
}
