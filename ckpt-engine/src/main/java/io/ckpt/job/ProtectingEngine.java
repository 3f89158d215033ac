package io.ckpt.job;

import io.ckpt.progress.Progress;
import java.util.List;
import java.util.OptionalInt;

/** An engine that also looks after protected jobs: what is asked about them goes to those who know. */
public final class ProtectingEngine implements Engine {
    private final Engine engine;
    private final ProtectedJobs jobs;

    public ProtectingEngine(Engine engine, ProtectedJobs jobs) {
        this.engine = engine;
        this.jobs = jobs;
    }

    @Override
    public CheckpointResult checkpoint(CheckpointOrder order, Progress progress) {
        return order.target() instanceof Target.Job job
                ? jobs.checkpoint(job.id(), order, progress)
                : engine.checkpoint(order, progress);
    }

    @Override
    public RestartResult restart(RestartOrder order, Progress progress) {
        if (!order.dryRun()) {
            jobs.requireOver(engine.show(order.checkpoint()).job());
        }
        return engine.restart(order, progress);
    }

    @Override
    public void settle() {
        engine.settle();
    }

    @Override
    public List<StoredCheckpoint> list(StoreQuery query) {
        return engine.list(query);
    }

    @Override
    public List<DamagedCheckpoint> damaged(StoreQuery query) {
        return engine.damaged(query);
    }

    @Override
    public StoredCheckpoint show(CheckpointName name) {
        return engine.show(name);
    }

    @Override
    public OptionalInt owner(CheckpointName name) {
        return engine.owner(name);
    }

    @Override
    public String plan(CheckpointName name) {
        return engine.plan(name);
    }

    @Override
    public long verify(CheckpointName name) {
        return engine.verify(name);
    }

    @Override
    public StoredCheckpoint consolidate(CheckpointName name) {
        return engine.consolidate(name);
    }

    @Override
    public void delete(CheckpointName name) {
        engine.delete(name);
    }

    @Override
    public List<NodeFit> nodes(CheckpointName name) {
        return engine.nodes(name).stream()
                .map(fit -> fit.fallenSilent(jobs.isSilent(fit.node())))
                .toList();
    }

    @Override
    public List<JobStatus> jobs() {
        return jobs.statuses();
    }

    @Override
    public Examination examine(Target target, OptionalInt expectedOwner) {
        return target instanceof Target.Job job
                ? jobs.examine(job.id(), expectedOwner)
                : engine.examine(target, expectedOwner);
    }

    @Override
    public List<Finding> doctor() {
        return engine.doctor();
    }
}
