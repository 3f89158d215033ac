package io.ckpt.job;

import io.ckpt.store.StorePlace;
import java.nio.file.Path;

/**
 * What a node remembers from one daemon to the next: which jobs run on it ({@code JOB.job}), which have checkpoints that are
 * nowhere else ({@code JOB.waiting}), and which stores it knows ({@code stores}). A daemon that finds nothing there goes on.
 */
public record StateDirectory(Path path) {
    public JobJournal journal() {
        return JobJournal.open(path);
    }

    WaitingNotes waiting() {
        return new WaitingNotes(path);
    }

    /** A store as this node knows it. */
    public StorePlace known(Path store) {
        return StorePlace.known(store, path.resolve("stores"));
    }
}
