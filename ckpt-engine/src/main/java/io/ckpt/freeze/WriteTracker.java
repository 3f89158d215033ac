package io.ckpt.freeze;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.jna.LibCkpt;
import io.ckpt.jna.TrackLibrary;
import io.ckpt.kernel.Errno;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Has the kernel note which pages of a process are written. The process never waits for anybody because of that, and when
 * this is closed, or its owner ends, nothing of it is left. For one thread at a time.
 *
 * <p>A page counts as written unless the kernel says otherwise, which it does only for pages that were protected here and
 * are still the same: not for memory that is new, was moved, replaced or given back, nor for that of another program.
 */
public final class WriteTracker implements AutoCloseable {
    private static final int RANGES_AT_ONCE = 4096;
    private static final long UNWRITTEN = 0;
    private static final long WRITTEN = 1;

    private final int task;
    private final int descriptor;

    private WriteTracker(int task, int descriptor) {
        this.task = task;
        this.descriptor = descriptor;
    }

    /** What this node lacks, as a clause; nothing when writing can be noted. */
    public static Optional<String> missing() {
        return TrackLibrary.trackCheck() == 0
                ? Optional.empty()
                : Optional.of("this kernel cannot tell which pages were written");
    }

    /** Of the memory that a process has now. Fault NOT_LIVE when it cannot be watched. */
    public static WriteTracker of(FrozenProcess process) {
        int made = process.asynchronousUserfaultfd();
        int answer = made < 0 ? made : TrackLibrary.trackBegin(made);
        if (answer >= 0) {
            return new WriteTracker(process.task(), made);
        }
        if (made >= 0) {
            LibCkpt.close(made);
        }
        throw new Fault(
                FaultCode.NOT_LIVE,
                "pid " + process.pid() + ": userfaultfd: " + Errno.result(answer),
                "use strategy 'live' or 'stop'; 'ckptctl doctor' tells what this node can do");
    }

    /** @param descriptor of an asynchronous userfaultfd for the memory of a task */
    static WriteTracker of(int task, int descriptor) {
        return new WriteTracker(task, descriptor);
    }

    /**
     * Has writing to a whole mapping of the frozen process noted from now on. False when it cannot be: somebody else watches the mapping, or the process
     * runs another program by now.
     */
    public boolean add(long start, long end) {
        return TrackLibrary.trackAdd(descriptor, start, end) >= 0;
    }

    /** Ends that, also for a whole mapping; everything there counts as written. */
    public void remove(long start, long end) {
        TrackLibrary.trackRemove(descriptor, start, end);
    }

    /** The memory that the process has now; nothing when it has ended. */
    public Optional<Look> look() {
        int pagemap = TrackLibrary.trackOpen(task);
        if (Errno.ENOENT.is(pagemap) || Errno.ESRCH.is(pagemap)) {
            return Optional.empty();
        }
        return Optional.of(new Look(KernelAnswer.require(pagemap, () -> "task " + task + ": open pagemap")));
    }

    /** Looks at memory until it is closed. */
    public final class Look implements AutoCloseable {
        private final int pagemap;
        private final long[] found = new long[3 * RANGES_AT_ONCE];

        private Look(int pagemap) {
            this.pagemap = pagemap;
        }

        /** Pages that were written, where writing is noted; none when the process has ended. */
        public List<PageRange> written(long start, long end) {
            return pages(start, end, 0, WRITTEN);
        }

        /** The same, and they count as not written from now on, each from when it was looked at. */
        public List<PageRange> takeWritten(long start, long end) {
            return pages(start, end, 1, WRITTEN);
        }

        /**
         * Of a mapping of the process, which stands still: pages that do not count as written. From now on none of the
         * mapping does.
         */
        public List<PageRange> takeUnwritten(long start, long end) {
            return pages(start, end, 1, UNWRITTEN);
        }

        private List<PageRange> pages(long start, long end, int protect, long wanted) {
            try {
                Protection protection = Protection.of(task, pagemap, start, end);
                List<PageRange> found = new ArrayList<>(wanted == UNWRITTEN ? protection.whole() : List.of());
                protection.rest().forEach(part -> scan(part, protect, wanted, found));
                return found;
            } catch (Fault fault) {
                if (fault.code() == FaultCode.JOB_VANISHED) {
                    return List.of();
                }
                throw fault;
            }
        }

        private void scan(PageRange part, int protect, long wanted, List<PageRange> into) {
            long[] next = {part.start()};
            while (next[0] != part.end()) {
                long from = next[0];
                int count = KernelAnswer.require(
                        TrackLibrary.trackScan(pagemap, from, part.end(), protect, found, RANGES_AT_ONCE, next),
                        () -> "task " + task + ", address 0x" + Long.toHexString(from) + ": ioctl(PAGEMAP_SCAN)");
                for (int i = 0; i < count; i++) {
                    if (found[3 * i + 2] == wanted) {
                        into.add(new PageRange(found[3 * i], found[3 * i + 1] - found[3 * i]));
                    }
                }
            }
        }

        @Override
        public void close() {
            LibCkpt.close(pagemap);
        }
    }

    @Override
    public void close() {
        LibCkpt.close(descriptor);
    }
}
