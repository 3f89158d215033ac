package io.ckpt.slurm;

import io.ckpt.scheduler.Scheduler;
import io.ckpt.scheduler.SchedulerPlugin;

/** Scheduler=slurm. */
public final class SlurmPlugin implements SchedulerPlugin {
    @Override
    public String name() {
        return "slurm";
    }

    @Override
    public Scheduler open() {
        return new SlurmScheduler(new Scontrol());
    }
}
