package io.ckpt.freeze;

import io.ckpt.jna.FillLibrary;
import io.ckpt.jna.LibCkpt;
import io.ckpt.jna.TrackLibrary;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;

/**
 * Memory of a process that stands still and has no pages yet. They are put in by userfaultfd(2), which takes half as long
 * as to write to them: nothing is cleared first. What is not {@link #cover covered} is written. Pages put in are small, so
 * that memory which would get huge ones must not be covered. All but {@link #cover} is for any number of threads.
 */
public final class FreshMemory implements AutoCloseable {
    private final TaskMemory memory;
    private int descriptor;
    private final NavigableMap<Long, Long> covered = new TreeMap<>();

    private FreshMemory(TaskMemory memory, int descriptor) {
        this.memory = memory;
        this.descriptor = descriptor;
    }

    /**
     * @param number of a fresh userfaultfd in the process, or -errno: nothing can be covered then
     * @param noted whether there will be a {@link #tracker}
     */
    public static FreshMemory of(int pid, long number, boolean noted) {
        IntUnaryOperator begin = noted ? TrackLibrary::trackBegin : FillLibrary::fillBegin;
        return new FreshMemory(new TaskMemory(pid), number < 0 ? -1 : steal(pid, (int) number, begin));
    }

    /**
     * All of it is there: the same userfaultfd, to note what is written from now on. It is the caller's to close; this
     * memory cannot be written to any more. Nothing where the process has none.
     */
    public Optional<WriteTracker> tracker() {
        if (descriptor < 0
                || covered.entrySet().stream()
                        .anyMatch(each -> TrackLibrary.trackRemove(descriptor, each.getKey(), each.getValue()) < 0)) {
            return Optional.empty();
        }
        WriteTracker tracker = WriteTracker.of(memory.pid(), descriptor);
        descriptor = -1;
        return Optional.of(tracker);
    }

    /** A userfaultfd of a process, here, and begun. */
    static int steal(int pid, int number, IntUnaryOperator begin) {
        int pidfd = KernelAnswer.require(LibCkpt.pidfdOpen(pid), () -> "pid " + pid + ": pidfd_open");
        try {
            int here = LibCkpt.pidfdGetfd(pidfd, number);
            KernelAnswer.require(here, () -> "pid " + pid + ": pidfd_getfd of its userfaultfd");
            int begun = begin.applyAsInt(here);
            if (begun < 0) {
                LibCkpt.close(here);
            }
            KernelAnswer.require(begun, () -> "pid " + pid + ": ioctl(UFFDIO_API)");
            return here;
        } finally {
            LibCkpt.close(pidfd);
        }
    }

    /** One mapping, untouched so far; where the kernel cannot do that, it is written to as before. */
    public void cover(long start, long end) {
        if (descriptor >= 0 && FillLibrary.fillRegister(descriptor, start, end) >= 0) {
            covered.put(start, end);
        }
    }

    /** Puts the rest of a direct buffer, whole pages, at {@code address}. */
    public void write(long address, ByteBuffer from) {
        long at = address;
        while (from.hasRemaining()) {
            ByteBuffer part = from.slice(from.position(), (int) Math.min(from.remaining(), untilBorder(at)));
            put(at, part);
            at += part.capacity();
            from.position(from.position() + part.capacity());
        }
    }

    private boolean isCovered(long address) {
        Map.Entry<Long, Long> mapping = covered.floorEntry(address);
        return mapping != null && address < mapping.getValue();
    }

    private long untilBorder(long address) {
        if (isCovered(address)) {
            return covered.floorEntry(address).getValue() - address;
        }
        Long next = covered.higherKey(address);
        return next == null ? Long.MAX_VALUE : next - address;
    }

    private void put(long address, ByteBuffer part) {
        if (isCovered(address)) {
            KernelAnswer.require(
                    FillLibrary.fill(descriptor, address, part, part.capacity()),
                    () -> "pid " + memory.pid() + ", address 0x" + Long.toHexString(address) + ": ioctl(UFFDIO_COPY)");
        } else {
            memory.write(address, part);
        }
    }

    /** The process has its memory for itself. */
    @Override
    public void close() {
        if (descriptor >= 0) {
            LibCkpt.close(descriptor);
        }
    }
}
