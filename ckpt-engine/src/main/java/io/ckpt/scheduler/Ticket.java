package io.ckpt.scheduler;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What the scheduler's own programs, as root, say of a job that is about to begin, so that nothing need be believed that
 * its user's processes say.
 *
 * @param generation restart count of this run
 * @param interval of periodic checkpoints; empty for the site's default
 * @param keep how many checkpoints are kept; 0 for the site's default
 * @param store directory asked for; empty for the site's
 * @param required whether the job shall not begin unprotected
 */
public record Ticket(
        String job,
        int generation,
        int uid,
        Optional<Interval> interval,
        int keep,
        Optional<Path> store,
        boolean required) {}
