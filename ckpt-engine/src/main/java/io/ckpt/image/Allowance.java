package io.ckpt.image;

/**
 * What making an image may take of a node whose jobs run on.
 *
 * @param threads that work at once at most
 * @param bytesPerSecond that are written at most
 * @param begin done by each thread before all else: it may stand back for others
 * @param haste ends all that
 */
public record Allowance(int threads, long bytesPerSecond, Runnable begin, Haste haste) {
    /** All there is. */
    public static final Allowance EVERYTHING =
            new Allowance(Integer.MAX_VALUE, Long.MAX_VALUE, () -> {}, Haste.already());

    public int threads(int most) {
        return haste.isMade() ? most : Math.min(most, threads);
    }

    /** Done by each thread that begins. */
    void begun() {
        if (!haste.isMade()) {
            begin.run();
        }
    }
}
