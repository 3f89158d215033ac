package io.ckpt.job;

/**
 * One check of this node.
 *
 * @param check stable name: {@code kernel.userfaultfd}
 * @param value what was found
 * @param remedy the way out; empty when all is well
 */
public record Finding(String check, Level level, String value, String remedy) {
    /** How bad it is. */
    public enum Level {
        OK,
        WARNING,
        FAILURE
    }
}
