package io.ckpt.place;

import io.ckpt.scheduler.Interval;
import java.util.Optional;

/**
 * Which job a place holds and how it asks to be protected. Says what the place says: who may say it is decided by the
 * credentials of the peer.
 *
 * @param job the scheduler's name of the job; empty in packets that need none
 * @param generation restart count of the scheduler
 * @param interval of periodic checkpoints; empty for the site's default
 * @param keep how many checkpoints are kept; 0 for the site's default
 * @param directory store asked for; empty for the site's
 */
public record Protection(
        String job, int uid, int gid, int generation, Optional<Interval> interval, int keep, String directory) {
    /** For packets that are not about a job. */
    public static final Protection NONE = new Protection("", 0, 0, 0, Optional.empty(), 0, "");
}
