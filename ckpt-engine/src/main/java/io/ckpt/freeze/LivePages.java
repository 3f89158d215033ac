package io.ckpt.freeze;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.jna.LiveLibrary;
import io.ckpt.kernel.Errno;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.LongStream;

/**
 * Pages of a job as they were while it was frozen, copied while it runs: each before the job can write it. A native thread
 * does that, which no pause of this machine stops. Closing lets the job write whatever has not been copied.
 *
 * <p>All up to {@link #start} is for one thread, the rest for any.
 */
public final class LivePages implements AutoCloseable {
    /** Memory is copied in windows of at most this size, none of which crosses a multiple of it. */
    public static final int WINDOW_BYTES = 2 << 20;

    /** UFFD_FEATURE_PAGEFAULT_FLAG_WP. */
    private static final long WRITE_PROTECTION = 1;

    private final long handle;
    private final List<FrozenProcess> processes = new ArrayList<>();
    private Future<?> escort = CompletableFuture.completedFuture(null);

    private LivePages(long handle) {
        this.handle = handle;
    }

    /** What this node lacks, as a clause; nothing when jobs can be copied while they run. */
    public static Optional<String> missing() {
        long features = LiveLibrary.userfaultFeatures();
        if (features < 0) {
            return Optional.of("this node has no userfaultfd: " + Errno.result(features));
        }
        return (features & WRITE_PROTECTION) == 0
                ? Optional.of("the userfaultfd of this kernel cannot protect against writing")
                : Optional.empty();
    }

    /** @param bytes that windows may take which have been copied and not yet been dealt with */
    public static LivePages open(int bytes) {
        long handle = LiveLibrary.liveOpen(bytes / WINDOW_BYTES);
        KernelAnswer.require(handle, () -> bytes + " bytes for a live copy");
        return new LivePages(handle);
    }

    /** One mapping, or a part of it, at a page's border. */
    public record Window(long start, long end, long pages) {}

    /** The memory of a process, to be protected. */
    public final class Space {
        private final int number;
        private final int pid;

        private Space(int number, int pid) {
            this.number = number;
            this.pid = pid;
        }

        /** False when the kernel does not watch such a mapping: a private file, say. */
        public boolean register(long start, long end) {
            int answer = LiveLibrary.liveRegister(handle, number, start, end);
            if (Errno.EINVAL.is(answer) || Errno.EBUSY.is(answer)) {
                return false;
            }
            if (Errno.ENOMEM.is(answer)) {
                throw new Fault(
                        FaultCode.NOT_LIVE,
                        at(start) + ": ioctl(UFFDIO_REGISTER): " + Errno.result(answer),
                        "try again: the process may run another program by now; or use strategy 'stop'");
            }
            KernelAnswer.require(answer, () -> at(start) + ": ioctl(UFFDIO_REGISTER)");
            return true;
        }

        /** @param windows of registered mappings, ascending, with as many pages as the process has there now */
        public void add(List<Window> windows) {
            long[] values = windows.stream()
                    .flatMapToLong(window -> LongStream.of(window.start(), window.end(), window.pages()))
                    .toArray();
            KernelAnswer.require(
                    LiveLibrary.liveAdd(handle, number, values, windows.size()), () -> "memory for windows");
        }

        /** Any number of threads at once. */
        public void protect(long start, long end) {
            int answer = LiveLibrary.liveProtect(handle, number, start, end);
            KernelAnswer.require(answer, () -> at(start) + ": ioctl(UFFDIO_WRITEPROTECT)");
        }

        /** The same while the process runs, as far as it can be done. */
        public void protectAhead(long start, long end) {
            LiveLibrary.liveProtect(handle, number, start, end);
        }

        private String at(long address) {
            return "pid " + pid + ", address 0x" + Long.toHexString(address);
        }
    }

    /** Begins with a process, or goes on with it. Fault NOT_LIVE when it cannot be watched. */
    public Space watch(FrozenProcess process) {
        for (int number = 0; number < processes.size(); number++) {
            if (processes.get(number).pid() == process.pid()) {
                return watchAgain(number, process);
            }
        }
        int descriptor = process.userfaultfd();
        if (descriptor < 0) {
            throw new Fault(
                    FaultCode.NOT_LIVE,
                    "pid " + process.pid() + ": userfaultfd: " + Errno.result(descriptor),
                    "use strategy 'stop'; 'ckptctl doctor' tells what this node can do");
        }
        int number = LiveLibrary.liveWatch(handle, process.task(), descriptor);
        KernelAnswer.require(number, () -> "pid " + process.pid() + ": ioctl(UFFDIO_API)");
        processes.add(process);
        return new Space(number, process.pid());
    }

    private Space watchAgain(int number, FrozenProcess process) {
        KernelAnswer.require(
                LiveLibrary.liveWatchAgain(handle, number, process.task()),
                () -> "pid " + process.pid() + ": open pagemap");
        processes.set(number, process);
        return new Space(number, process.pid());
    }

    /** The job may run once more before it is copied, and write, so that its memory can be protected before it is stopped. */
    public void admit() {
        KernelAnswer.require(LiveLibrary.liveAdmit(handle), () -> "a thread for writers of a job");
    }

    /** Ends that; the job is stopped again. */
    public void endAdmitting() {
        LiveLibrary.liveAdmitEnd(handle);
    }

    /** From now on the job may run. */
    public void start() {
        KernelAnswer.require(LiveLibrary.liveStart(handle), () -> "a thread for pages of a running job");
    }

    /** Number of a process that is watched, or -1. */
    int space(FrozenProcess process) {
        return processes.indexOf(process);
    }

    /** On the tracer thread, which has nothing else to do: triples of tid, space and 1 for a job-control stop. */
    void escort(int[] tasks) {
        KernelAnswer.require(LiveLibrary.liveEscort(handle, tasks, tasks.length / 3), () -> "a timer for a live copy");
    }

    void escorted(Future<?> by) {
        escort = by;
    }

    /** A window that has been copied; closing gives its room back. */
    public final class Copied implements AutoCloseable {
        private final int slot;
        private final FrozenProcess process;
        private final long start;
        private final int length;

        private Copied(int slot, FrozenProcess process, long start, int length) {
            this.slot = slot;
            this.process = process;
            this.start = start;
            this.length = length;
        }

        public FrozenProcess process() {
            return process;
        }

        public long start() {
            return start;
        }

        /** A direct buffer that is valid until this is closed; zero where there are no pages. */
        public ByteBuffer pages() {
            return LiveLibrary.slot(handle, slot, length);
        }

        @Override
        public void close() {
            KernelAnswer.require(LiveLibrary.liveGiveBack(handle, slot), () -> "give a window back");
        }
    }

    /** Waits for the next one. Fault NOT_LIVE when pages went before they were copied. */
    public Copied next() {
        long[] values = new long[3];
        int slot = LiveLibrary.liveNext(handle, values);
        if (slot < 0) {
            throw failure();
        }
        return new Copied(slot, processes.get((int) values[0]), values[1], (int) (values[2] - values[1]));
    }

    private Fault failure() {
        long[] values = new long[2];
        int error = LiveLibrary.liveFailure(handle, values);
        String place = "pid " + processes.get((int) values[0]).pid() + ", address 0x" + Long.toHexString(values[1]);
        return Errno.ENODATA.is(error)
                ? new Fault(
                        FaultCode.NOT_LIVE,
                        place + ": the job gave memory back before it was copied",
                        "try again, or use strategy 'stop'")
                : KernelAnswer.fault(error, place + ": copy of a running job");
    }

    @Override
    public void close() {
        LiveLibrary.liveEnd(handle);
        awaitEscort();
        LiveLibrary.liveClose(handle);
    }

    /** It uses the handle. If it failed the job ran on without it, and no harm is done. */
    private void awaitEscort() {
        boolean interrupted = false;
        while (!escort.isDone()) {
            try {
                escort.get();
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (ExecutionException e) {
                break;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
