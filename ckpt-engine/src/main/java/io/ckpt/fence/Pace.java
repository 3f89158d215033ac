package io.ckpt.fence;

import java.time.Duration;

/** Time as a fence needs it: a clock that never jumps, and waiting. */
public interface Pace {
    /** Nanoseconds from some fixed point. */
    long nanoTime();

    void pause(Duration duration) throws InterruptedException;

    static Pace system() {
        return new Pace() {
            @Override
            public long nanoTime() {
                return System.nanoTime();
            }

            @Override
            public void pause(Duration duration) throws InterruptedException {
                Thread.sleep(duration.toMillis());
            }
        };
    }
}
