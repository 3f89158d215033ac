package io.ckpt.pbs;

import java.util.Locale;

/** What a real PBS was seen to do wrong. The stand-in does it too, unless {@link Bed#bugs} says otherwise. */
enum Bug {
    /** After an action that has succeeded MoM waits for the job's processes to be gone, for ever, and ends none. */
    KILLS_NOTHING,
    /** A job that was restarted natively ends with the status that it had when it was checkpointed. */
    STALE_EXIT_STATUS,
    /** The walltime of a job that was restarted by transmogrification is over at once. */
    WALLTIME_STAMP,
    /** A job that has a checkpoint is taken to run after a restart of MoM, whatever became of it. */
    RUNNING_FOR_EVER,
    /** The second hold of a job that was restarted natively is set, and nobody checkpoints it. */
    SILENT_SECOND_HOLD;

    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
