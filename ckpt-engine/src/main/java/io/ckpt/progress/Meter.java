package io.ckpt.progress;

import java.util.concurrent.atomic.AtomicLong;

/** Adds up the bytes that several threads have done, and tells of every further MiB. */
public final class Meter {
    private static final int STEP_BITS = 20;

    private final Progress progress;
    private final long total;
    private final AtomicLong done = new AtomicLong();

    /** @param total bytes that there are to do */
    public Meter(Progress progress, long total) {
        this.progress = progress;
        this.total = total;
    }

    public void add(long bytes) {
        long now = done.addAndGet(bytes);
        if (now >> STEP_BITS != now - bytes >> STEP_BITS || now == total) {
            tell();
        }
    }

    private synchronized void tell() {
        progress.bytes(done.get(), total);
    }
}
