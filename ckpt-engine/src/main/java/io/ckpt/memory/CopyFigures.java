package io.ckpt.memory;

/**
 * What a copy moved.
 *
 * @param readBytes bytes of all pages that were looked at
 * @param zeroBytes those of them that were zero and were not stored
 * @param storedBytes what the others take in the image
 * @param nanos time of the copy
 */
public record CopyFigures(long readBytes, long zeroBytes, long storedBytes, long nanos) {}
