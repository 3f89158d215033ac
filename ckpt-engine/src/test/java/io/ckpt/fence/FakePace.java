package io.ckpt.fence;

import java.time.Duration;

/** Time that passes only while somebody waits, and by order; what happens meanwhile is the test's. */
public final class FakePace implements Pace {
    private long now;
    private Runnable meanwhile = () -> {};

    public FakePace meanwhile(Runnable action) {
        meanwhile = action;
        return this;
    }

    public void advance(Duration duration) {
        now += duration.toNanos();
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public void pause(Duration duration) {
        advance(duration);
        meanwhile.run();
    }
}
