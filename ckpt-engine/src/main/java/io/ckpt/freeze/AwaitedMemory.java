package io.ckpt.freeze;

import io.ckpt.jna.FillLibrary;
import io.ckpt.jna.LibCkpt;
import io.ckpt.kernel.Errno;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Memory of a process that runs while its pages come, by a userfaultfd(2): whoever touches a page that is not there waits
 * for it, the kernel too. {@link MemoryNews} tells of that, and of what becomes of the memory. For one thread.
 */
public final class AwaitedMemory implements AutoCloseable {
    static final int PAGE_BYTES = 4096;

    private final int descriptor;
    private final boolean copied;

    private AwaitedMemory(int descriptor, boolean copied) {
        this.descriptor = descriptor;
        this.copied = copied;
    }

    /** @param number of a fresh userfaultfd in the process, which stands still */
    public static AwaitedMemory of(int pid, int number) {
        return new AwaitedMemory(FreshMemory.steal(pid, number, FillLibrary::fillListen), false);
    }

    /** That of a process that was forked meanwhile. What its parent kept from it by MADV_DONTFORK is not there. */
    static AwaitedMemory copy(int descriptor) {
        return new AwaitedMemory(descriptor, true);
    }

    int descriptor() {
        return descriptor;
    }

    /** One mapping, untouched so far; whether the kernel can do that. */
    public boolean watch(long start, long end) {
        return FillLibrary.fillRegister(descriptor, start, end) >= 0;
    }

    /**
     * Puts the rest of a direct buffer, whole pages, at {@code address}, but where a page is there.
     *
     * @return false when the process is changing its mappings: what it does is to be read first, and then all tried again
     * @throws io.ckpt.fault.Fault JOB_VANISHED when the memory is gone
     */
    public boolean put(long address, ByteBuffer from) {
        long at = address;
        while (from.hasRemaining()) {
            ByteBuffer rest = from.slice();
            long done = FillLibrary.fillMissing(descriptor, at, rest, rest.capacity());
            if (done == 0) {
                return false;
            }
            long step = copied && Errno.ENOENT.is(done) ? PAGE_BYTES : require(done, at, "UFFDIO_COPY");
            at += step;
            from.position(from.position() + (int) step);
        }
        return true;
    }

    /**
     * Lets the process find zeros where there is no page yet: up to {@code pages}, the first of which it waits for.
     *
     * @return false when the process is changing its mappings, as for {@link #put}
     */
    public boolean zero(long address, int pages) {
        int first = FillLibrary.fillZero(descriptor, address, PAGE_BYTES);
        if (Errno.EAGAIN.is(first)) {
            return false;
        }
        if (first < 0) {
            wake(address, address + PAGE_BYTES); // it is there, or nobody watches there any more
            return true;
        }
        for (int i = 1; i < pages; i++) {
            if (FillLibrary.fillZero(descriptor, address + (long) i * PAGE_BYTES, PAGE_BYTES) < 0) {
                return true;
            }
        }
        return true;
    }

    /** Who waits for one of these pages looks once more. */
    public void wake(long start, long end) {
        int woken = FillLibrary.fillWake(descriptor, start, end - start);
        if (woken < 0) {
            require(woken, start, "UFFDIO_WAKE");
        }
    }

    /** Whether a page still is of this memory; nothing while the process changes its mappings. */
    public Optional<Boolean> watches(long address) {
        int answer = FillLibrary.fillWatched(descriptor, address);
        return Errno.EAGAIN.is(answer)
                ? Optional.empty()
                : Optional.of(require(answer, address, "UFFDIO_CONTINUE") > 0);
    }

    private static long require(long result, long address, String call) {
        return KernelAnswer.require(result, () -> "address 0x" + Long.toHexString(address) + ": ioctl(" + call + ")");
    }

    /** The process has its memory for itself, unless somebody else holds the same userfaultfd. */
    @Override
    public void close() {
        LibCkpt.close(descriptor);
    }
}
