package io.ckpt.memory;

import java.nio.ByteBuffer;

/** Pages as they were while the job was frozen, from the start of the buffer to its limit. */
record HeldPages(PageRun run, ByteBuffer pages) {
    /** Fills a buffer of the run's length. */
    static HeldPages read(PageRun run, ByteBuffer into) {
        run.source().read(run.start(), into);
        return new HeldPages(run, into.flip());
    }
}
