package io.ckpt.job;

import io.ckpt.fence.Fence;
import io.ckpt.scheduler.Scheduler;
import java.time.Clock;

/** What protected jobs need of the world. */
public record JobPorts(
        JobJourneys journeys,
        Scheduler scheduler,
        ProcessTable processes,
        Fence fence,
        JobJournal journal,
        Backlog backlog,
        Clock clock) {}
