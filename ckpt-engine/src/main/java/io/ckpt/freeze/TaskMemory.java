package io.ckpt.freeze;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.jna.LibCkpt;
import io.ckpt.jna.TrackLibrary;
import io.ckpt.kernel.Errno;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The memory of one process, stopped or not. Protection is no obstacle. Any number of threads may read and write at
 * once, best with direct buffers.
 */
public record TaskMemory(int pid) {
    private static final int RANGES_AT_ONCE = 256;

    /** Fills {@code into} from memory at {@code address}; a page that is not there is a fault. */
    public void read(long address, ByteBuffer into) {
        int wanted = into.remaining();
        if (!into.isDirect()) {
            into.put(read(address, wanted));
            return;
        }
        requireAll("read", address, wanted, LibCkpt.readMemory(pid, address, into.slice(), wanted));
        into.position(into.limit());
    }

    public byte[] read(long address, int length) {
        byte[] bytes = new byte[length];
        requireAll("read", address, length, LibCkpt.readMemory(pid, address, bytes, length));
        return bytes;
    }

    /** Nothing when a page is not there. */
    Optional<byte[]> tryRead(long address, int length) {
        byte[] bytes = new byte[length];
        return LibCkpt.readMemory(pid, address, bytes, length) == length ? Optional.of(bytes) : Optional.empty();
    }

    /** Puts the rest of {@code from} at {@code address}; a page that is not there is a fault. */
    public void write(long address, ByteBuffer from) {
        int wanted = from.remaining();
        if (!from.isDirect()) {
            byte[] bytes = new byte[wanted];
            from.get(bytes);
            requireAll("write", address, wanted, LibCkpt.writeMemory(pid, address, bytes, wanted));
            return;
        }
        requireAll("write", address, wanted, LibCkpt.writeMemory(pid, address, from.slice(), wanted));
        from.position(from.limit());
    }

    /**
     * Where, from {@code start} to {@code end}, the process has pages of its own: anonymous memory that was touched and
     * pages of private file mappings that were written to. Zero pages never written and guard pages are left out.
     *
     * @param files true when files are mapped there; to tell their pages from the process's own, the kernel looks at each
     *     page, which takes six times as long
     */
    public List<PageRange> anonymousPages(long start, long end, boolean files) {
        int look = files ? 1 : 0;
        return scan(
                (task, from, to, ranges, capacity, next) ->
                        LibCkpt.scanPages(task, from, to, look, ranges, capacity, next),
                start,
                end);
    }

    /** The same of one anonymous mapping, while the process stands still: where writing is noted nearly nothing is to be looked at. */
    List<PageRange> anonymousPages(long start, long end) {
        Protection protection = protection(start, end);
        List<PageRange> found = new ArrayList<>(protection.whole());
        protection.rest().forEach(part -> found.addAll(anonymousPages(part.start(), part.end(), false)));
        return found;
    }

    private Protection protection(long start, long end) {
        int pagemap = KernelAnswer.require(TrackLibrary.trackOpen(pid), () -> "task " + pid + ": open pagemap");
        try {
            return Protection.of(pid, pagemap, start, end);
        } finally {
            LibCkpt.close(pagemap);
        }
    }

    /** Page frames from {@code start} on; see {@link FrozenProcess#sharedFrames}. */
    long[] sharedFrames(long start, int pages) {
        long[] frames = new long[pages];
        KernelAnswer.require(LibCkpt.sharedFrames(pid, start, pages, frames), () -> at(start) + ": read pagemap");
        return frames;
    }

    /** Where, from {@code start} to {@code end}, guard pages lie (MADV_GUARD_INSTALL of madvise(2)). */
    public List<PageRange> guardPages(long start, long end) {
        return scan(LibCkpt::scanGuards, start, end);
    }

    private interface Scan {
        int next(int pid, long start, long end, long[] ranges, int capacity, long[] next);
    }

    private List<PageRange> scan(Scan scan, long start, long end) {
        List<PageRange> found = new ArrayList<>();
        long[] ranges = new long[2 * RANGES_AT_ONCE];
        long[] next = {start};
        while (next[0] != end) {
            long from = next[0];
            int count = KernelAnswer.require(
                    scan.next(pid, from, end, ranges, RANGES_AT_ONCE, next), () -> at(from) + ": ioctl(PAGEMAP_SCAN)");
            for (int i = 0; i < count; i++) {
                found.add(new PageRange(ranges[2 * i], ranges[2 * i + 1] - ranges[2 * i]));
            }
        }
        return List.copyOf(found);
    }

    private void requireAll(String verb, long address, int wanted, long done) {
        if (done == wanted) {
            return;
        }
        long failedAt = address + Math.max(done, 0);
        if (done >= 0 || Errno.EFAULT.is(done)) {
            throw new Fault(
                    FaultCode.IO_ERROR,
                    at(failedAt) + ": cannot " + verb + " memory: no page there",
                    "the mapping is a device's or has gone; report what the process maps there");
        }
        throw KernelAnswer.fault(done, at(failedAt) + ": " + verb + " memory");
    }

    private String at(long address) {
        return "pid " + pid + ", address 0x" + Long.toHexString(address);
    }
}
