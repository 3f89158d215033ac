package io.ckpt.memory;

import io.ckpt.freeze.FrozenJob;
import io.ckpt.freeze.JobRoot;
import io.ckpt.image.ImageWriter;
import java.util.List;

/** A strategy, and why it was taken. */
public record Reasoned(MemoryStrategy strategy, String reason) implements MemoryStrategy {
    @Override
    public void prepare() {
        strategy.prepare();
    }

    @Override
    public void copyAhead(JobRoot job, ImageWriter image) {
        strategy.copyAhead(job, image);
    }

    @Override
    public void close() {
        strategy.close();
    }

    @Override
    public long toStore(List<PageRun> runs) {
        return strategy.toStore(runs);
    }

    @Override
    public Copy begin(List<PageRun> runs, ImageWriter image) {
        return new ReasonedCopy(strategy.begin(runs, image), reason);
    }

    private record ReasonedCopy(Copy copy, String reason) implements Copy {
        @Override
        public void thaw(FrozenJob job) {
            copy.thaw(job);
        }

        @Override
        public CopyFigures finish() {
            return copy.finish().because(reason);
        }

        @Override
        public void close() {
            copy.close();
        }
    }
}
