package io.ckpt.image;

/**
 * How the memory in an image is packed. What packing does not make smaller is stored as it is at any level.
 *
 * @param level of zstd
 * @param hurried the same for what is packed while the job waits
 * @param reason why so
 */
public record Compression(int level, int hurried, String reason) {
    /** Everything is stored as it is. */
    public static final int NONE = 0;

    /** Takes two thirds of the time of {@link #NORMAL}. */
    public static final int FAST = -1;

    public static final int NORMAL = 1;

    /** On the heaps that were measured a hundredth smaller than {@link #NORMAL}, in a seventh more time. */
    public static final int SMALL = 3;

    public static final int SMALLEST = 19;

    /** Where nobody has to choose. */
    public static final Compression USUAL = waiting(NORMAL, "usual");

    /** A level for a job that runs on, which does not wait for the better of two. */
    public static Compression waiting(int level, String reason) {
        return new Compression(level, level == NONE ? NONE : Math.min(level, FAST), reason);
    }

    /** The same level for everything. */
    public static Compression always(int level, String reason) {
        return new Compression(level, level, reason);
    }

    /** {@code none} or {@code zstd 1}. */
    public String name() {
        return level == NONE ? "none" : "zstd " + level;
    }
}
