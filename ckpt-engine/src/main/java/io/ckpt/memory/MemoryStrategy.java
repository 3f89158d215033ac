package io.ckpt.memory;

import io.ckpt.freeze.FrozenJob;
import io.ckpt.freeze.JobRoot;
import io.ckpt.image.ImageWriter;
import java.util.List;

/**
 * When the pages of a job are copied. {@link StopCopy} copies all of them while the job is frozen. A strategy that only
 * notes what to copy (write protection by userfaultfd, the dirty pages of a tracker, a copy-on-write twin) does that in
 * {@link #begin} and copies in {@link Copy#finish}, while the job runs on.
 */
public interface MemoryStrategy extends AutoCloseable {
    /** Called before the job is frozen: what takes time and asks nothing of the job. */
    default void prepare() {}

    /** Called after that, while the job still runs: what can be copied before it is frozen. */
    default void copyAhead(JobRoot job, ImageWriter image) {}

    /** Called in the end: whatever {@link #copyAhead} began and {@link #begin} did not take over is given up. */
    @Override
    default void close() {}

    /** Called while the job is frozen, before {@link #begin}: bytes that are still to be stored, packed or not, at most. */
    default long toStore(List<PageRun> runs) {
        return PageRun.bytes(runs);
    }

    /** Called while the job is frozen; when it returns the job may go on. */
    Copy begin(List<PageRun> runs, ImageWriter image);

    /** A copy under way. Closed without {@link #finish} it is given up, and the job keeps nothing of it. */
    interface Copy extends AutoCloseable {
        /** Lets the job go on. */
        default void thaw(FrozenJob job) {
            job.close();
        }

        /** Called when the job goes on; when it returns, every page has been handed to the image. */
        CopyFigures finish();

        @Override
        void close();
    }
}
