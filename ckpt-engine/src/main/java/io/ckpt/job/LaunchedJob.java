package io.ckpt.job;

import io.ckpt.freeze.NativeProcess;
import io.ckpt.place.LaunchedPlace;
import io.ckpt.place.Place;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A job in a place that this process has started.
 *
 * @param left set when this engine has vacated it
 */
record LaunchedJob(LaunchedPlace launched, int rootPid, AtomicBoolean left) implements RunningJob {
    @Override
    public void signal(int number) {
        NativeProcess.signal(rootPid, number);
    }

    @Override
    public int await() {
        int status = launched.place().awaitExit();
        return left.get() ? Place.EXIT_VACATED : status;
    }
}
