package io.ckpt.slurm;

import io.ckpt.scheduler.SchedulerCommand;
import java.util.List;
import java.util.Map;

/** Runs scontrol(1). */
class Scontrol {
    private static final SchedulerCommand COMMAND = new SchedulerCommand(
            Map.of("SLURM_TIME_FORMAT", "%s"),
            List.of("Invalid job id", "not found"),
            20,
            "look whether slurmctld runs and ckptd may talk to it (scontrol ping)");

    /** What it printed; faults as of {@link SchedulerCommand#run}. */
    String run(String... arguments) {
        return COMMAND.run("scontrol", arguments);
    }
}
