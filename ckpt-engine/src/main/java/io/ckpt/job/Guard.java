package io.ckpt.job;

import io.ckpt.fence.Fence;
import java.util.List;

/** Keeps this node's word to the others: stops jobs that may not run here any more. */
final class Guard {
    private final Fence fence;
    private final ProtectedJobs jobs;
    private boolean lost;

    Guard(Fence fence, ProtectedJobs jobs) {
        this.fence = fence;
        this.jobs = jobs;
    }

    /** Beats, and stops jobs of which a newer run has begun elsewhere. Hangs when the shared directory does. */
    void beat() {
        fence.beat();
        List<ProtectedJob> old = jobs.running().stream()
                .filter(job -> fence.superseded(job.facts().id(), job.facts().generation()))
                .toList();
        jobs.stop(old, "a newer run of it has begun elsewhere");
        old.forEach(jobs::release);
    }

    /**
     * Stops every job when this node could not beat for too long. Only the second look in a row counts: a daemon that was
     * itself held still beats in between, and sees whether anything began elsewhere. Never touches the shared directory;
     * for one thread.
     */
    void stopWhenLost() {
        boolean before = lost;
        lost = fence.lost();
        List<ProtectedJob> running = jobs.running();
        if (before && lost && !running.isEmpty()) {
            jobs.stop(running, "this node could not renew its lease in the shared store in time" + why());
        }
    }

    private String why() {
        return fence.silence().map(fault -> ": " + fault.getMessage()).orElse("");
    }
}
