package io.ckpt.job;

import java.time.Duration;
import java.util.Optional;

/**
 * What the next checkpoint of a protected job is expected to take.
 *
 * @param takes time until it is durable; empty where nothing like it has been measured yet
 * @param grace time that its scheduler leaves the job when it is preempted; empty when nobody says
 */
public record NextCheckpoint(Optional<Duration> takes, Optional<Duration> grace) {
    /** Whether the job would be saved in time; empty where that is not known. */
    public Optional<Boolean> fits() {
        return takes.flatMap(time -> grace.map(limit -> time.compareTo(limit) <= 0));
    }
}
