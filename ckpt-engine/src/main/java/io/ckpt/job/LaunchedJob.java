package io.ckpt.job;

import io.ckpt.freeze.NativeProcess;
import io.ckpt.place.LaunchedPlace;

/** A job in a place that this process has started. */
record LaunchedJob(LaunchedPlace launched, int rootPid) implements RunningJob {
    @Override
    public void signal(int number) {
        NativeProcess.signal(rootPid, number);
    }

    @Override
    public int await() {
        return launched.place().awaitExit();
    }
}
