package io.ckpt.memory;

import io.ckpt.freeze.JobRoot;
import io.ckpt.freeze.RunningProcess;
import io.ckpt.image.ImageWriter;
import java.util.List;
import java.util.Set;

/**
 * Takes what keeps the job waiting least: little is read in less time than it is protected and its threads are accompanied.
 * For one checkpoint.
 */
public final class BySize implements MemoryStrategy {
    private static final long SMALL_BYTES = 24 << 20;

    /** What is read while one more thread is told to wait where it gives memory back. */
    private static final long SMALL_BYTES_OF_THREAD = 1 << 20;

    /** Somewhat less than {@link StopCopy} holds: what is beyond that is packed while the job stands still. */
    private static final long MOST_SMALL_BYTES = 72 << 20;

    private final MemoryStrategy small;
    private final MemoryStrategy large;
    private long smallBytes = SMALL_BYTES;

    public BySize(MemoryStrategy small, MemoryStrategy large) {
        this.small = small;
        this.large = large;
    }

    @Override
    public void prepare() {
        small.prepare();
        large.prepare();
    }

    @Override
    public void copyAhead(JobRoot job, ImageWriter image) {
        Set<Integer> pids = job.pids();
        smallBytes = smallBytes(
                pids.stream().mapToInt(pid -> new RunningProcess(pid).threads()).sum());
        if (pids.stream()
                        .mapToLong(pid -> new RunningProcess(pid).anonymousBytes())
                        .sum()
                > smallBytes) {
            large.copyAhead(job, image);
        }
    }

    static long smallBytes(int threads) {
        return Math.min(SMALL_BYTES + SMALL_BYTES_OF_THREAD * threads, MOST_SMALL_BYTES);
    }

    @Override
    public void close() {
        large.close();
    }

    @Override
    public Copy begin(List<PageRun> runs, ImageWriter image) {
        long bytes = PageRun.bytes(runs);
        String size = (bytes >> 20) + " MiB of memory";
        return bytes <= smallBytes
                ? new Reasoned(small, size + " are read in no time").begin(runs, image)
                : new Reasoned(large, size + " are copied while the job runs").begin(runs, image);
    }
}
