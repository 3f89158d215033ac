package io.ckpt.job;

import java.nio.file.Path;

/**
 * A store that only this node has, and that is faster than the shared one.
 *
 * @param bytes that may lie in it
 */
public record NodeStore(Path directory, long bytes) {}
