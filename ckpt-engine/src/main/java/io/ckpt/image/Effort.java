package io.ckpt.image;

/**
 * What it took to get memory into an image.
 *
 * @param plainBytes that were packed
 * @param storedBytes that came of them
 * @param packNanos for which packing and hashing went on, all threads of it at work
 * @param sinkNanos for which bytes were written and brought to disk
 */
public record Effort(long plainBytes, long storedBytes, long packNanos, long sinkNanos) {
    /** With more time for the store. */
    public Effort and(long nanos) {
        return new Effort(plainBytes, storedBytes, packNanos, sinkNanos + nanos);
    }
}
