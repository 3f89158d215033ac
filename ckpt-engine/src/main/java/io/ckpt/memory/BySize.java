package io.ckpt.memory;

import io.ckpt.freeze.JobRoot;
import io.ckpt.image.ImageWriter;
import java.util.List;

/** Takes what keeps the job waiting least: little is read in less time than it is protected. */
public record BySize(MemoryStrategy small, MemoryStrategy large) implements MemoryStrategy {
    private static final long SMALL_BYTES = 72 << 20;

    @Override
    public void prepare() {
        small.prepare();
        large.prepare();
    }

    @Override
    public void copyAhead(JobRoot job, ImageWriter image) {
        large.copyAhead(job, image);
    }

    @Override
    public void close() {
        large.close();
    }

    @Override
    public Copy begin(List<PageRun> runs, ImageWriter image) {
        long bytes = runs.stream().mapToLong(PageRun::length).sum();
        String size = (bytes >> 20) + " MiB of memory";
        return bytes <= SMALL_BYTES
                ? new Reasoned(small, size + " are read in no time").begin(runs, image)
                : new Reasoned(large, size + " are copied while the job runs").begin(runs, image);
    }
}
