package io.ckpt.job;

import io.ckpt.scheduler.Interval;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * What does not change while one run of a protected job lasts.
 *
 * @param id the scheduler's name of the job
 * @param generation restart count of the scheduler
 * @param interval of periodic checkpoints; empty for none
 * @param keep how many checkpoints are kept
 * @param store directory asked for instead of the configured store
 * @param init ckpt-run's init, parent of the job's first process
 * @param privatePids whether init is pid 1 of a namespace of the job's own
 * @param born when the first run of the job began; an image of another birth that was made before belongs to another job
 *     of the same name
 * @param started when this run began
 */
public record JobFacts(
        String id,
        int generation,
        int uid,
        int gid,
        Optional<Interval> interval,
        int keep,
        Optional<Path> store,
        ProcessName init,
        boolean privatePids,
        Instant born,
        Instant started) {

    /** Whether the job has done nothing yet. */
    boolean isFirstRun() {
        return generation == 0 && !born.isBefore(started);
    }

    /** Whether a checkpoint is of this job, and not of another of the same name. */
    boolean wrote(StoredCheckpoint checkpoint) {
        boolean since = !checkpoint.created().isBefore(born);
        return checkpoint.ownerUid() == uid
                && (since || checkpoint.jobTime().born().equals(born));
    }

    JobFacts bornAt(Instant first) {
        return new JobFacts(id, generation, uid, gid, interval, keep, store, init, privatePids, first, started);
    }
}
