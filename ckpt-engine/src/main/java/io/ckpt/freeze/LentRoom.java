package io.ckpt.freeze;

import io.ckpt.fault.Fault;
import io.ckpt.kernel.Errno;
import io.ckpt.kernel.MmapFlags;
import io.ckpt.kernel.Prot;
import io.ckpt.kernel.SystemCall;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Room below the stack pointer, where the kernel too would put a signal frame, with what was there put back; where that
 * is no ordinary memory, a mapping made for one use.
 */
final class LentRoom implements RemoteRoom, AutoCloseable {
    private static final int RED_ZONE = 128;
    private static final int ALIGNMENT = 16;

    private final FrozenThread thread;
    private final TaskMemory memory;
    private final long address;
    private final int length;
    private final Optional<byte[]> former;

    private LentRoom(FrozenThread thread, TaskMemory memory, long address, int length, Optional<byte[]> former) {
        this.thread = thread;
        this.memory = memory;
        this.address = address;
        this.length = length;
        this.former = former;
    }

    /** On the tracer thread. */
    static LentRoom in(FrozenThread thread, SeizedProcess process, int bytes) {
        long stack = Tracer.generalRegisters(thread.tid()).get(GeneralRegisters.Name.RSP);
        long below = below(stack, bytes);
        Optional<byte[]> former = process.ordinaryMemory(below, bytes);
        return former.isPresent()
                ? new LentRoom(thread, process.memory(), below, bytes, former)
                : mapped(thread, process.memory(), bytes);
    }

    /** Where room of so many bytes begins. */
    static long below(long stackPointer, int bytes) {
        return stackPointer - RED_ZONE - bytes & -ALIGNMENT;
    }

    private static LentRoom mapped(FrozenThread thread, TaskMemory memory, int bytes) {
        long address = thread.call(
                SystemCall.MMAP, 0, bytes, Prot.READ | Prot.WRITE, MmapFlags.PRIVATE | MmapFlags.ANONYMOUS, -1, 0);
        KernelAnswer.require(
                address > -4096 && address < 0 ? address : 0,
                () -> "task " + thread.tid() + ": mmap of " + bytes + " bytes for the engine");
        return new LentRoom(thread, memory, address, bytes, Optional.empty());
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
        former.ifPresentOrElse(bytes -> memory.write(address, ByteBuffer.wrap(bytes)), this::unmap);
    }

    private void unmap() {
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
