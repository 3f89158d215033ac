package io.ckpt.memory;

import io.ckpt.freeze.FreshMemory;
import io.ckpt.freeze.RebuiltFile;
import io.ckpt.freeze.TaskMemory;
import java.nio.ByteBuffer;

/** Something pages are put into, by any number of threads. */
public interface PageTarget {
    /** Puts the rest of a direct buffer at {@code address}. */
    void write(long address, ByteBuffer from);

    /** The memory of a process that stands still and has no pages yet. */
    static PageTarget of(FreshMemory memory) {
        return memory::write;
    }

    /** The memory of a process. */
    static PageTarget of(TaskMemory memory) {
        return memory::write;
    }

    /** The content of a file by position. */
    static PageTarget of(RebuiltFile file) {
        return file::write;
    }
}
