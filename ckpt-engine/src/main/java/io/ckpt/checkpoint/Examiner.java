package io.ckpt.checkpoint;

import io.ckpt.fault.Refusal;
import io.ckpt.freeze.Freezer;
import io.ckpt.freeze.FrozenJob;
import io.ckpt.freeze.JobRoot;
import io.ckpt.freeze.Node;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/** The first half of a checkpoint, for its verdict: the job is stopped, described by the same kinds, and let go. */
public final class Examiner {
    private static final Duration FREEZE_LIMIT = Duration.ofSeconds(10);

    private Examiner() {}

    /**
     * What a checkpoint would say of a job.
     *
     * @param refusals what cannot be carried
     * @param frozen how long the job stood still
     */
    public record Verdict(List<Refusal> refusals, List<String> warnings, int processes, int threads, Duration frozen) {}

    /** @param owner uid that every process must carry; empty for anybody's */
    public static Verdict examine(JobRoot root, OptionalInt owner) {
        Node node = Node.here();
        try (FrozenJob job = root.freeze(new Freezer(), FREEZE_LIMIT)) {
            Checkpointer.requireOwner(job, owner);
            Describer.Findings findings = job.whileHeld(() -> Describer.examine(job, node.cpus()));
            int threads = job.processes().stream()
                    .mapToInt(process -> process.threads().size())
                    .sum();
            int processes = job.processes().size();
            job.close();
            return new Verdict(
                    findings.refusals(), findings.warnings(), processes, threads, Duration.ofNanos(job.frozenNanos()));
        }
    }
}
