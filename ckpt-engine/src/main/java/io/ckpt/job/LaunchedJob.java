package io.ckpt.job;

import io.ckpt.fault.Fault;
import io.ckpt.freeze.NativeProcess;
import io.ckpt.place.LaunchedPlace;
import io.ckpt.place.Place;
import io.ckpt.restart.Loading;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A job in a place that this process has started.
 *
 * @param left set when this engine has vacated it
 * @param loading memory of it that was on its way
 */
record LaunchedJob(LaunchedPlace launched, int rootPid, AtomicBoolean left, Optional<Loading> loading)
        implements RunningJob {
    @Override
    public void signal(int number) {
        NativeProcess.signal(rootPid, number);
    }

    @Override
    public int await() {
        int status = awaitExit();
        return left.get() ? Place.EXIT_VACATED : status;
    }

    private int awaitExit() {
        try {
            int status = launched.place().awaitExit();
            launched.ended();
            return status;
        } catch (Fault gone) {
            throw loading.flatMap(Loading::failure).orElse(gone);
        }
    }
}
