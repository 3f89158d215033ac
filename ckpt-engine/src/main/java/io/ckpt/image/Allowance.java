package io.ckpt.image;

/**
 * What making an image may take of a node whose jobs run on.
 *
 * @param threads that work at once at most
 * @param bytesPerSecond that are written at most
 * @param begin done by each thread before all else: it may stand back for others
 */
public record Allowance(int threads, long bytesPerSecond, Runnable begin) {
    /** All there is. */
    public static final Allowance EVERYTHING = new Allowance(Integer.MAX_VALUE, Long.MAX_VALUE, () -> {});

    public int threads(int most) {
        return Math.min(most, threads);
    }
}
