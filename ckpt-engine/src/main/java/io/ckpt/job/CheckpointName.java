package io.ckpt.job;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which checkpoint is meant: one by its id, the newest of a job, or the newest of a store.
 *
 * @param store directory to look in instead of the configured store
 * @param selector id or job, or whatever is newest
 */
public record CheckpointName(Optional<Path> store, Selector selector) {
    private static final String LATEST = "@latest";

    /** How a checkpoint is picked within its store; where several match, the newest is meant. */
    public sealed interface Selector {
        boolean matches(StoredCheckpoint checkpoint);
    }

    /** The checkpoint with exactly this id. */
    public record Id(String id) implements Selector {
        @Override
        public boolean matches(StoredCheckpoint checkpoint) {
            return checkpoint.id().equals(id);
        }
    }

    /** The newest checkpoint of a job: {@code JOB@latest}. */
    public record LatestOf(String job) implements Selector {
        @Override
        public boolean matches(StoredCheckpoint checkpoint) {
            return checkpoint.job().equals(job);
        }
    }

    /** The newest checkpoint of the store, whatever job it belongs to. */
    public record Latest() implements Selector {
        @Override
        public boolean matches(StoredCheckpoint checkpoint) {
            return true;
        }
    }

    /**
     * Reads {@code ID}, {@code JOB@latest} or nothing at all, which means the newest of the store.
     *
     * @throws Fault USAGE when neither a name nor a store is given, or the name cannot be one
     */
    public static CheckpointName parse(String text, Optional<Path> store) {
        if (text.isEmpty() && store.isEmpty()) {
            throw new Fault(FaultCode.USAGE, "no checkpoint named", "give an ID, JOB@latest or a store directory");
        }
        if (text.isEmpty() || text.equals(LATEST)) {
            return new CheckpointName(store, new Latest());
        }
        if (text.endsWith(LATEST)) {
            return new CheckpointName(store, new LatestOf(text.substring(0, text.length() - LATEST.length())));
        }
        if (text.contains("/") || text.contains("@")) {
            throw new Fault(FaultCode.USAGE, "\"" + text + "\" names no checkpoint", "give an ID or JOB@latest");
        }
        return new CheckpointName(store, new Id(text));
    }

    /** The same checkpoint by its id, so that two steps about one checkpoint mean the same. */
    public static CheckpointName of(StoredCheckpoint checkpoint) {
        return new CheckpointName(Optional.of(checkpoint.store()), new Id(checkpoint.id()));
    }

    /** How a person would write it. */
    @Override
    public String toString() {
        String name = "";
        if (selector instanceof Id wanted) {
            name = wanted.id();
        } else if (selector instanceof LatestOf wanted) {
            name = wanted.job() + LATEST;
        }
        return store.isEmpty() ? name : (name.isEmpty() ? "newest" : name) + " in " + store.get();
    }
}
