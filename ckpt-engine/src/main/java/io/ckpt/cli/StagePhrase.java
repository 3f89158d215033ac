package io.ckpt.cli;

import io.ckpt.v1.Checkpoint;
import io.ckpt.v1.Job;

/** How far checkpoints are on their way to the shared store, in words. */
final class StagePhrase {
    private static final String DURABLE = "durable";
    private static final String LOCAL = "local";

    private StagePhrase() {}

    static String of(Checkpoint checkpoint) {
        return checkpoint.getState() == Checkpoint.State.STATE_LOCAL ? LOCAL : DURABLE;
    }

    /** Of the last checkpoint of a job, and how many others are on their way. */
    static String of(Job job) {
        if (job.getLastCheckpointId().isEmpty()) {
            return "-";
        }
        String last = job.getLocalCheckpointIdsList().contains(job.getLastCheckpointId()) ? LOCAL : DURABLE;
        int waiting = job.getLocalCheckpointIdsCount();
        return waiting > 1 ? last + ", " + waiting + " on their way" : last;
    }
}
