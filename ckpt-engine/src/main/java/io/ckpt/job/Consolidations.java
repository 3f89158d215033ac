package io.ckpt.job;

import io.ckpt.fault.Fault;
import io.ckpt.freeze.Priority;
import io.ckpt.image.Compression;
import io.ckpt.image.Consolidation;
import io.ckpt.image.Seal;
import io.ckpt.store.Store;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has checkpoints stand alone, before their links become so many that the job must be copied whole again. */
final class Consolidations {
    private static final Logger LOG = LoggerFactory.getLogger(Consolidations.class);

    private final Seal seal;
    private final int threads;
    private final int links;
    private final ExecutorService background = Executors.newSingleThreadExecutor(Consolidations::daemon);

    /** @param links that are so many */
    Consolidations(Seal seal, int threads, int links) {
        this.seal = seal;
        this.threads = threads;
        this.links = links;
    }

    Store.Rewriting rewriting() {
        return (from, into) -> new Consolidation(from, into, Compression.NORMAL).write(seal, threads);
    }

    io.ckpt.store.StoredCheckpoint now(Store store, String id) {
        return store.consolidate(id, rewriting());
    }

    /** In the background, where it is time. */
    void later(Store store, io.ckpt.store.StoredCheckpoint checkpoint) {
        if (checkpoint.manifest().orElseThrow().getLinksCount() >= links) {
            background.execute(() -> attempt(store, checkpoint.id()));
        }
    }

    private void attempt(Store store, String id) {
        try {
            now(store, id);
            LOG.info("checkpoint {} stands alone", id);
        } catch (Fault fault) {
            LOG.info("checkpoint {} is not consolidated: {}", id, fault.getMessage());
        }
    }

    private static Thread daemon(Runnable work) {
        Runnable humble = () -> {
            Priority.takeLeast();
            work.run();
        };
        Thread thread = new Thread(humble, "consolidation");
        thread.setDaemon(true);
        return thread;
    }
}
