package io.ckpt.job;

import io.ckpt.fault.Fault;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks after the backlog of this node's jobs, and holds the scheduler back while a job that has ended still has one. */
final class Stager {
    private static final Logger LOG = LoggerFactory.getLogger(Stager.class);

    private final Backlog backlog;
    private final JobRegistry registry;
    private final JobCheckpoints checkpoints;
    private final Path busyDirectory;
    private final Map<String, BusyMark> held = new ConcurrentHashMap<>();

    Stager(Backlog backlog, JobRegistry registry, JobCheckpoints checkpoints, Path busyDirectory) {
        this.backlog = backlog;
        this.registry = registry;
        this.checkpoints = checkpoints;
        this.busyDirectory = busyDirectory;
    }

    /** Takes over from a daemon that was killed: what it was waiting for is waited for, and nothing else. */
    void recall() {
        backlog.jobs().stream().filter(job -> !runs(job) && backlog.waits(job)).forEach(this::hold);
        BusyMark.sweep(busyDirectory, held.keySet());
    }

    /** Brings one checkpoint of each job to the shared store. */
    void round() {
        backlog.round(this::mayGoOn, this::arrived);
        held.keySet().stream().filter(job -> !backlog.waits(job)).forEach(this::release);
    }

    /** One that ended a short while ago may begin here once more, with a checkpoint that takes from its last. */
    private boolean mayGoOn(String job) {
        return registry.find(job).isPresent();
    }

    private boolean runs(String job) {
        return registry.find(job).filter(each -> !each.state().isOver()).isPresent();
    }

    private void arrived(String job) {
        registry.find(job).ifPresent(checkpoints::prune);
    }

    /** It may begin elsewhere as soon as its scheduler is let go on: what it saved here should be there by then. */
    void ended(ProtectedJob job) {
        String id = job.facts().id();
        if (job.state() == JobState.ENDED && backlog.waits(id)) {
            hold(id);
        }
    }

    private void hold(String job) {
        try {
            held.put(job, BusyMark.set(busyDirectory, job));
        } catch (Fault fault) {
            LOG.warn("job {} is not waited for: {}; {}", job, fault.getMessage(), fault.remedy());
        }
    }

    private void release(String job) {
        held.remove(job).close();
    }

    /** What the owner should know of his checkpoints' way. */
    JobStatus tell(JobStatus status) {
        JobStatus staged = status.staged(backlog.of(status.id()).stream()
                .map(io.ckpt.store.StoredCheckpoint::id)
                .toList());
        return backlog.trouble(status.id()).map(staged::remarked).orElse(staged);
    }
}
