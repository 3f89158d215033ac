package io.ckpt.image;

/** Holds up who writes faster than he may, unless somebody waits for it. Safe for threads. */
final class Throttle {
    private static final double NANOS = 1e9;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private long bytesPerSecond = Long.MAX_VALUE;
    private boolean lifted;
    private long free = System.nanoTime();

    synchronized void limit(long bytes) {
        bytesPerSecond = bytes;
        free = System.nanoTime();
    }

    /** Lets everybody pass, those that wait first; or no longer does. */
    synchronized void lift(boolean now) {
        lifted = now;
        free = System.nanoTime();
        notifyAll();
    }

    /** Lets everybody pass for ever. */
    synchronized void end() {
        limit(Long.MAX_VALUE);
        notifyAll();
    }

    /** Returns when so many bytes have taken as long as they must; at once when nobody wants them any more. */
    synchronized void passed(long bytes) {
        free = Math.max(free, System.nanoTime()) + (long) (bytes * NANOS / bytesPerSecond);
        try {
            for (long left = left(); !lifted && left > 0; left = left()) {
                wait(left / NANOS_PER_MILLI + 1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private long left() {
        return free - System.nanoTime();
    }
}
