package io.ckpt.scheduler;

import java.time.Instant;
import java.util.Optional;

/**
 * Why a job got a signal.
 *
 * @param deadline when the scheduler will end what still runs; empty when it does not say
 */
public record Notice(Kind kind, Optional<Instant> deadline) {
    /** Reasons for a signal, as far as they differ for us. */
    public enum Kind {
        /** The job makes room for another and will be started again. */
        PREEMPTED(true),
        /** Somebody asked for the job to be started again. */
        REQUEUED(true),
        CANCELLED(false),
        TIME_LIMIT(false),
        /** Nothing in the record explains it: somebody sent a signal. */
        UNKNOWN(false);

        private final boolean comesBack;

        Kind(boolean comesBack) {
            this.comesBack = comesBack;
        }
    }

    public static Notice of(Kind kind) {
        return new Notice(kind, Optional.empty());
    }

    /** Whether the job will be started again, so that it is worth a checkpoint. */
    public boolean comesBack() {
        return kind.comesBack;
    }
}
