package io.ckpt.memory;

/**
 * What a copy moved.
 *
 * @param strategy that moved it: {@code stop}, {@code live}
 * @param reason why that one; may be empty
 * @param readBytes bytes of all pages that were looked at
 * @param zeroBytes those of them that were zero and were not stored
 * @param storedBytes what the others take in the image
 * @param nanos time of the copy
 */
public record CopyFigures(
        String strategy, String reason, long readBytes, long zeroBytes, long storedBytes, long nanos) {
    CopyFigures because(String why) {
        return new CopyFigures(strategy, why, readBytes, zeroBytes, storedBytes, nanos);
    }
}
