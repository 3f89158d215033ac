package io.ckpt.pbs;

import io.ckpt.scheduler.Scheduler;
import io.ckpt.scheduler.SchedulerPlugin;
import io.ckpt.scheduler.Setup;
import java.nio.file.Path;
import java.util.Optional;

/** Scheduler=pbs. */
public final class PbsPlugin implements SchedulerPlugin {
    /** Where the hooks and ckptd leave each other word; {@code ckpt_exec.py} and {@code pbs-action} know it too. */
    private static final Path MARKS = Path.of("/run/ckpt/pbs");

    @Override
    public String name() {
        return "pbs";
    }

    @Override
    public Scheduler open() {
        return new PbsScheduler(new PbsCommands(), new PbsTickets(MARKS));
    }

    @Override
    public Optional<Setup> setup() {
        return Optional.of(PbsSetup.ofThisMachine());
    }
}
