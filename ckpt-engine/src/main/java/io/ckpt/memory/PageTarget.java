package io.ckpt.memory;

import io.ckpt.fault.Fault;
import io.ckpt.freeze.TaskMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Something pages are put into, by any number of threads. */
public interface PageTarget {
    /** Puts the rest of a direct buffer at {@code address}. */
    void write(long address, ByteBuffer from);

    /** The memory of a process. */
    static PageTarget of(TaskMemory memory) {
        return memory::write;
    }

    /** The content of a file by position. */
    static PageTarget of(FileChannel file, String name) {
        return (position, from) -> {
            try {
                for (long at = position; from.hasRemaining(); ) {
                    at += file.write(from, at);
                }
            } catch (IOException e) {
                throw Fault.io("write " + name, e);
            }
        };
    }
}
