package io.ckpt.freeze;

import io.ckpt.kernel.Errno;
import io.ckpt.kernel.MmapFlags;
import io.ckpt.kernel.Prot;
import io.ckpt.kernel.SystemCall;

/**
 * A page that a held process maps for a moment, by which is seen what becomes of memory that it maps later. Shared, so that
 * the kernel joins it with no mapping of the job. On the tracer thread.
 */
final class FuturePage {
    private static final int BYTES = 4096;
    private static final int MS_INVALIDATE = 2;

    /** EBUSY when what is lent for a list of calls is locked. */
    static final Inquiry OF_PLACE =
            Inquiry.ofPlace(SystemCall.MSYNC, room -> new long[] {room & -BYTES, 1, MS_INVALIDATE});

    private final SeizedThread thread;
    private final long address;

    private FuturePage(SeizedThread thread, long address) {
        this.thread = thread;
        this.address = address;
    }

    static FutureMemory look(SeizedThread thread) {
        long address = thread.call(
                SystemCall.MMAP, 0, BYTES, Prot.READ | Prot.WRITE, MmapFlags.SHARED | MmapFlags.ANONYMOUS, -1, 0);
        if (address < 0) {
            return withoutPage(address);
        }
        FuturePage page = new FuturePage(thread, address);
        try {
            return page.memory();
        } finally {
            page.unmap();
        }
    }

    /** Only what would be locked, and is more than may be locked, fails in this way; how it would be locked nobody can see. */
    private static FutureMemory withoutPage(long error) {
        return Errno.EAGAIN.is(error) ? FutureMemory.LOCKED : FutureMemory.UNKNOWN;
    }

    private FutureMemory memory() {
        if (!Errno.EBUSY.is(thread.call(SystemCall.MSYNC, address, BYTES, MS_INVALIDATE))) {
            return FutureMemory.ORDINARY;
        }
        return isThere() ? FutureMemory.LOCKED : FutureMemory.LOCKED_ON_FAULT;
    }

    /** Nobody has touched it; the kernel writes the answer when it has looked. */
    private boolean isThere() {
        KernelAnswer.require(
                thread.call(SystemCall.MINCORE, address, BYTES, address), () -> "task " + thread.tid() + ": mincore");
        return (thread.process().memory().read(address, 1)[0] & 1) != 0;
    }

    private void unmap() {
        KernelAnswer.require(
                thread.call(SystemCall.MUNMAP, address, BYTES),
                () -> "task " + thread.tid() + ": munmap of the engine's page");
    }
}
