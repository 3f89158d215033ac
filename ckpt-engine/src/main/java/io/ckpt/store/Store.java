package io.ckpt.store;

import io.ckpt.image.ImageReader;
import io.ckpt.image.ImageWriter;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;

/**
 * Where checkpoints live. A checkpoint is there, whole, or it is not there: what is being written, or was left behind by
 * a writer that died, is never listed.
 */
public interface Store {
    /**
     * Begins a checkpoint. Leftovers of dead writers of this job and generation are removed first.
     *
     * @param job letters, digits and {@code . _ -}
     * @param generation of the job (its restart count). Once a newer generation has begun, an older one may neither
     *     begin nor commit: NOT_PERMITTED
     * @throws io.ckpt.fault.Fault BUSY while another checkpoint of the same job and generation is being written;
     *     NOT_FOUND, NOT_PERMITTED, STORE_FULL, IO_ERROR for the store itself
     */
    PendingCheckpoint begin(String job, int generation);

    /** Checkpoints of a job, newest first; damaged ones last, and marked. A job that has none gives an empty list. */
    List<StoredCheckpoint> list(String job);

    /** Checkpoints of all jobs, newest first; damaged ones last. */
    List<StoredCheckpoint> list();

    /** One checkpoint, NOT_FOUND when there is none of that name. */
    StoredCheckpoint find(String id);

    /** The newest good checkpoint of a job; NOT_FOUND when it has none, and where none is good, what the newest lacks. */
    StoredCheckpoint latest(String job);

    /** The same of the whole store. */
    StoredCheckpoint latest();

    /** Uid of the owner of a checkpoint, as it was noted beside it at the commit; empty where nothing is known of it. */
    OptionalInt owner(String id);

    /** What may be noted of a job. No checkpoint depends on it. */
    enum Note {
        HISTORY,
        HOT_PAGES
    }

    /** What was noted of a job last; empty when nothing was. */
    byte[] note(String job, Note note);

    /** Notes something of a job that has checkpoints, in place of what was noted before. */
    void note(String job, Note note, byte[] text);

    /** Opens a good checkpoint, and those that it needs. */
    ImageReader open(StoredCheckpoint checkpoint);

    /** Writes an image that stands alone, and holds what another does, to an empty file. */
    interface Rewriting {
        void write(ImageReader from, ImageWriter into);
    }

    /**
     * Has a checkpoint need no other any more. It is whole at every moment, and so are those that need it.
     *
     * @throws io.ckpt.fault.Fault BUSY while another checkpoint of the job is consolidated
     */
    StoredCheckpoint consolidate(String id, Rewriting rewriting);

    /** Takes a checkpoint out of sight; its pages stay for as long as others need them. */
    void delete(String id);

    /** Deletes all but the newest {@code keep} good checkpoints of a job and returns what was deleted. */
    List<String> prune(String job, int keep);

    /** Deletes damaged checkpoints of a job whose names are older than {@code before}; returns them. */
    List<String> deleteDamaged(String job, Instant before);

    /** Removes what dead writers left behind; returns how many. */
    int sweep();
}
