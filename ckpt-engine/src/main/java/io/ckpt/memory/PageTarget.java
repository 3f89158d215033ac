package io.ckpt.memory;

import io.ckpt.freeze.FreshMemory;
import io.ckpt.freeze.RebuiltFile;
import io.ckpt.freeze.TaskMemory;
import java.nio.ByteBuffer;

/** Something pages are put into, by any number of threads. */
public interface PageTarget {
    /** Puts the rest of a direct buffer at {@code address}. */
    void write(long address, ByteBuffer from);

    /** Whether any of a range is to be put here. */
    default boolean wants(long start, long end) {
        return true;
    }

    /** The memory of a process that stands still and has no pages yet. */
    static PageTarget of(FreshMemory memory) {
        return memory::write;
    }

    /** The memory of a process. */
    static PageTarget of(TaskMemory memory) {
        return memory::write;
    }

    /** The memory of a process, but for what comes later. */
    static PageTarget of(TaskMemory memory, Territory later) {
        return new PageTarget() {
            @Override
            public void write(long address, ByteBuffer from) {
                later.gaps(address, address + from.remaining())
                        .forEach(gap -> memory.write(
                                gap.start(),
                                from.slice(from.position() + (int) (gap.start() - address), (int) gap.length())));
            }

            @Override
            public boolean wants(long start, long end) {
                return !later.gaps(start, end).isEmpty();
            }
        };
    }

    /** The content of a file by position. */
    static PageTarget of(RebuiltFile file) {
        return file::write;
    }
}
