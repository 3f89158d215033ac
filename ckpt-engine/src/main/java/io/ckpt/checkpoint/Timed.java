package io.ckpt.checkpoint;

import io.ckpt.progress.Progress;

/** Has work that is told of give up when its time is over. */
record Timed(Progress progress, TimeLimit limit) implements Progress {
    @Override
    public void phase(Phase phase) {
        progress.phase(phase);
    }

    @Override
    public void bytes(long done, long total) {
        limit.requireTime();
        progress.bytes(done, total);
    }
}
