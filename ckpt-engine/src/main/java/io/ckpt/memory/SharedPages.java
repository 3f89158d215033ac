package io.ckpt.memory;

import io.ckpt.freeze.FrozenProcess;
import java.nio.ByteBuffer;

/** Private memory of a process that is in an image as memory of several. */
record SharedPages(FrozenProcess process) implements PageSource {
    @Override
    public void read(long address, ByteBuffer into) {
        process.read(address, into);
    }
}
