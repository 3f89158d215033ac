package io.ckpt.job;

/**
 * What a checkpoint may take of its node while the job runs on.
 *
 * @param cpus threads that pack at once at most
 * @param bytesPerSecond that are written at most
 */
public record Limits(int cpus, long bytesPerSecond) {
    public static final Limits NONE = new Limits(Integer.MAX_VALUE, Long.MAX_VALUE);

    /** What both allow. */
    Limits and(Limits other) {
        return new Limits(Math.min(cpus, other.cpus), Math.min(bytesPerSecond, other.bytesPerSecond));
    }
}
