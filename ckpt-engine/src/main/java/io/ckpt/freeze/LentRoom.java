package io.ckpt.freeze;

import io.ckpt.fault.Fault;
import io.ckpt.kernel.Errno;
import io.ckpt.kernel.MmapFlags;
import io.ckpt.kernel.Prot;
import io.ckpt.kernel.SystemCall;
import java.nio.ByteBuffer;

/** A mapping of its own, made for one use: what the process has in its memory is not touched even for a moment. */
final class LentRoom implements RemoteRoom, AutoCloseable {
    private final FrozenThread thread;
    private final TaskMemory memory;
    private final long address;
    private final int length;

    private LentRoom(FrozenThread thread, TaskMemory memory, long address, int length) {
        this.thread = thread;
        this.memory = memory;
        this.address = address;
        this.length = length;
    }

    static LentRoom in(FrozenThread thread, TaskMemory memory, int bytes) {
        long address = thread.call(
                SystemCall.MMAP, 0, bytes, Prot.READ | Prot.WRITE, MmapFlags.PRIVATE | MmapFlags.ANONYMOUS, -1, 0);
        KernelAnswer.require(
                address > -4096 && address < 0 ? address : 0,
                () -> "task " + thread.tid() + ": mmap of " + bytes + " bytes for the engine");
        return new LentRoom(thread, memory, address, bytes);
    }

    @Override
    public long address() {
        return address;
    }

    @Override
    public void write(int offset, byte[] bytes) {
        requireWithin(offset, bytes.length);
        memory.write(address + offset, ByteBuffer.wrap(bytes));
    }

    @Override
    public byte[] read(int offset, int count) {
        requireWithin(offset, count);
        return memory.read(address + offset, count);
    }

    @Override
    public void close() {
        long result = thread.call(SystemCall.MUNMAP, address, length);
        KernelAnswer.require(result, () -> "task " + thread.tid() + ": munmap of the engine's room");
    }

    private void requireWithin(int offset, int count) {
        if (offset < 0 || count > length - offset) {
            throw Fault.internal(
                    "bytes " + offset + " to " + (offset + count) + " of a room of " + length + ": "
                            + Errno.EFAULT.text(),
                    null);
        }
    }
}
