package io.ckpt.cli;

import java.util.function.Consumer;
import java.util.function.IntConsumer;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A job, or the tree below a process. */
final class TargetChoice {
    @Parameters(paramLabel = "JOB", description = "A protected job by the scheduler's name; see ckptctl status.")
    private String job;

    @Option(names = "--pid", paramLabel = "PID", description = "The tree of processes below this one, itself included.")
    private Integer pid;

    /** Says which it is. */
    void tell(Consumer<String> jobId, IntConsumer rootPid) {
        if (pid == null) {
            jobId.accept(ArrayName.requireOne(job));
        } else {
            rootPid.accept(pid);
        }
    }
}
