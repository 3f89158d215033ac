package io.ckpt.job;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.job.WaitingNotes.Note;
import io.ckpt.store.Staging;
import io.ckpt.store.StoredCheckpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store of this node, where checkpoints are written first, and what was noted of it outside of it. A job is noted before
 * one of its checkpoints can be there, and until none is there that is nowhere else. Safe for threads.
 *
 * <p>What is seen there while its file system is not mounted is empty, and nothing is lost: that is told from a store that
 * somebody has emptied, or a boot, by the file system on which it lies.
 */
final class OwnStore {
    private static final Logger LOG = LoggerFactory.getLogger(OwnStore.class);

    private final NodeStore place;
    private final WaitingNotes notes;
    private final Staging staging;
    private final Map<String, Turn> turns = new ConcurrentHashMap<>();

    /** No note of a job goes while one of its checkpoints may come. */
    private static final class Turn {
        private int writers;
    }

    OwnStore(NodeStore place, WaitingNotes notes, Staging staging) {
        this.place = place;
        this.notes = notes;
        this.staging = staging;
    }

    Staging staging() {
        return staging;
    }

    Path directory() {
        return place.directory();
    }

    /** Jobs that are noted. */
    List<String> noted() {
        return notes.jobs();
    }

    boolean isNoted(String job) {
        return notes.has(job);
    }

    /** Another run begins, or another job of that name: what was noted of it is not asked for any more. */
    void forget(String job) {
        notes.remove(job);
    }

    private Turn turn(String job) {
        return turns.computeIfAbsent(job, any -> new Turn());
    }

    /** Where one checkpoint of a job may be written until this is closed. */
    final class Room implements AutoCloseable {
        private final String job;

        private Room(String job) {
            this.job = job;
        }

        Path directory() {
            return place.directory();
        }

        @Override
        public void close() {
            Turn turn = turn(job);
            synchronized (turn) {
                turn.writers--;
            }
            lookAgain(job);
        }
    }

    /** @throws Fault where no checkpoint of a job can be written here, or not be noted before */
    Room room(String job, long bytes) {
        staging.claim();
        requireRoom(bytes);
        Turn turn = turn(job);
        synchronized (turn) {
            requireMounted(job);
            set(job, notes.of(job).map(Note::newest).orElse(""));
            turn.writers++;
        }
        return new Room(job);
    }

    /** The note goes when nothing has come of it. */
    private void lookAgain(String job) {
        try {
            waiting(job);
        } catch (Fault fault) {
            LOG.warn("job {}: {}; {}", job, fault.getMessage(), fault.remedy());
        }
    }

    private void requireRoom(long bytes) {
        if (place.room() < bytes) {
            throw new Fault(
                    FaultCode.STORE_FULL,
                    directory() + " has room for " + (place.room() >> 20) + " MiB, a checkpoint may take "
                            + (bytes >> 20) + " MiB",
                    "nothing: it is written to the shared store directly");
        }
    }

    /** Oldest first. That none waits is believed only when what is there can be read, and the store is there still. */
    List<StoredCheckpoint> waiting(String job) {
        Turn turn = turn(job);
        synchronized (turn) {
            requireMounted(job);
            List<StoredCheckpoint> waiting = staging.waiting(job);
            if (!waiting.isEmpty()) {
                note(job, waiting.get(waiting.size() - 1).id());
            } else if (lost(job).isEmpty()) {
                staging.requireLegible(job);
                noteNone(job, turn);
            }
            return waiting;
        }
    }

    private void noteNone(String job, Turn turn) {
        if (turn.writers == 0) {
            notes.remove(job);
        } else {
            note(job, "");
        }
    }

    /** What cannot be noted is there nevertheless. */
    private void note(String job, String newest) {
        try {
            set(job, newest);
        } catch (Fault fault) {
            LOG.error("{}; {}", fault.getMessage(), fault.remedy());
        }
    }

    private void set(String job, String newest) {
        Optional<Note> same = notes.of(job)
                .filter(note -> note.newest().equals(newest)
                        && note.mark().equals(staging.mark())
                        && !note.fileSystem().isEmpty());
        if (same.isEmpty()) {
            notes.set(job, new Note(staging.mark(), place.fileSystem(), newest));
        }
    }

    /** The newest of a job that is gone with all that this store had of it, although its file system is mounted. */
    Optional<String> lost(String job) {
        return notes.of(job)
                .filter(note -> !note.newest().isEmpty() && isMounted(note) && !staging.knows(job))
                .map(Note::newest);
    }

    /** The same, which is not noted any more. */
    Optional<String> takeLost(String job) {
        Turn turn = turn(job);
        synchronized (turn) {
            Optional<String> lost = lost(job);
            lost.ifPresent(id -> noteNone(job, turn));
            return lost;
        }
    }

    private boolean isMounted(Note note) {
        return note.mark().isEmpty()
                || note.mark().equals(staging.mark())
                || !note.fileSystem().isEmpty() && note.fileSystem().equals(place.fileSystem());
    }

    private void requireMounted(String job) {
        if (notes.of(job).filter(note -> !isMounted(note)).isPresent()) {
            throw new Fault(
                    FaultCode.IO_ERROR,
                    "what lies at " + directory() + " is not the store in which job " + job + " has checkpoints",
                    "mount it");
        }
    }

    /** Whether it may have checkpoints that cannot be read now. */
    boolean hides(String job) {
        try {
            requireReadable(job);
            return false;
        } catch (Fault fault) {
            return isNoted(job);
        }
    }

    private void requireReadable(String job) {
        requireMounted(job);
        staging.requireLegible(job);
    }

    void requireLegible(String job) {
        try {
            requireReadable(job);
        } catch (Fault fault) {
            throw new Fault(
                    FaultCode.IO_ERROR,
                    "the last checkpoints of job " + job + " are on this node only, and cannot be read: "
                            + fault.getMessage(),
                    fault.remedy() + "; to go on without them, rm " + notes.file(job),
                    fault);
        }
    }
}
