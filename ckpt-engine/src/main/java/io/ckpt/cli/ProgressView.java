package io.ckpt.cli;

import io.ckpt.v1.PhaseProgress;

/** Shows how far long work is. */
interface ProgressView extends AutoCloseable {
    void show(PhaseProgress progress);

    /** The work has ended, well or not. */
    @Override
    default void close() {}
}
