package io.ckpt.cli;

import io.ckpt.scheduler.JobRecord.State;
import io.ckpt.scheduler.Scheduler;
import io.ckpt.scheduler.SchedulerPlugin;
import io.ckpt.v1.CreateCheckpointRequest;
import io.ckpt.v1.WatchCheckpointRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code ckptctl hold}. */
@Command(
        name = "hold",
        header = "Checkpoint a PBS job and put it on hold.",
        description = {
            "",
            "The job is in state H afterwards and bound to no host: qrls lets it go on, wherever there is room. To be run on "
                    + "the job's host; operators of PBS may run it anywhere.",
            ""
        },
        sortOptions = false,
        footerHeading = "%nExamples%n",
        footer = {"  ckptctl hold 4711.server", "  qrls 4711.server"})
final class HoldVerb extends Verb {
    @Parameters(paramLabel = "JOB", description = "As qstat shows it.")
    private String job;

    @Override
    int run(Connection connection, Screen screen) {
        Scheduler pbs = SchedulerPlugin.named("pbs");
        pbs.hold(job);
        if (pbs.record(job).state() != State.PENDING && !vacated(connection)) {
            pbs.requeue(job);
        }
        return 0;
    }

    /** Whether it ran here, and was checkpointed and ended; the hook then gives it back to PBS. */
    private boolean vacated(Connection connection) {
        try {
            CreateCheckpointRequest request = CreateCheckpointRequest.newBuilder()
                    .setJobId(job)
                    .setVacate(true)
                    .build();
            String operation =
                    connection.checkpoints().createCheckpoint(request).getOperationId();
            WatchCheckpointRequest watch = WatchCheckpointRequest.newBuilder()
                    .setOperationId(operation)
                    .build();
            connection.checkpoints().watchCheckpoint(watch).forEachRemaining(change -> {});
            return true;
        } catch (StatusRuntimeException elsewhere) {
            if (elsewhere.getStatus().getCode() == Status.Code.NOT_FOUND) {
                return false;
            }
            throw elsewhere;
        }
    }
}
