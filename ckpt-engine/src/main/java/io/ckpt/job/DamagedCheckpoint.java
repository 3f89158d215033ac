package io.ckpt.job;

import java.time.Instant;
import java.util.OptionalInt;

/**
 * A checkpoint that cannot be restarted.
 *
 * @param begun to the second
 * @param ownerUid empty when nothing is known of it
 * @param damage what is wrong with it
 */
public record DamagedCheckpoint(String id, String job, Instant begun, OptionalInt ownerUid, String damage) {
    /** As a clause that names it. */
    @Override
    public String toString() {
        return "checkpoint " + id + " is no good: " + damage;
    }
}
