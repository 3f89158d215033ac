package io.ckpt.memory;

import io.ckpt.freeze.FrozenProcess;
import java.nio.ByteBuffer;

/** One private mapping of a process. */
record MappedPages(FrozenProcess process, long start, long end) implements PageSource {
    @Override
    public void read(long address, ByteBuffer into) {
        process.read(address, into);
    }
}
