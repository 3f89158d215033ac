package io.ckpt.service;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.ckpt.job.CheckpointResult;
import io.ckpt.job.Examination;
import io.ckpt.job.Finding;
import io.ckpt.job.JobStatus;
import io.ckpt.job.StoredCheckpoint;
import io.ckpt.progress.Progress;
import io.ckpt.v1.Check;
import io.ckpt.v1.Checkpoint;
import io.ckpt.v1.ExamineJobResponse;
import io.ckpt.v1.Job;
import io.ckpt.v1.NodeFit;
import io.ckpt.v1.PhaseProgress;
import java.time.Instant;

/** Values of the engine as messages of the API, field by field. */
final class Messages {
    private Messages() {}

    static Checkpoint checkpoint(StoredCheckpoint stored) {
        return Checkpoint.newBuilder()
                .setId(stored.id())
                .setJobId(stored.job())
                .setState(stored.durable() ? Checkpoint.State.STATE_COMMITTED : Checkpoint.State.STATE_LOCAL)
                .setCreateTime(timestamp(stored.created()))
                .setOwnerUid(stored.ownerUid())
                .setOwnerGid(stored.ownerGid())
                .setStore(stored.store().toString())
                .setNode(stored.node())
                .setProcessCount(stored.processes())
                .setThreadCount(stored.threads())
                .setFrozenDuration(duration(stored.frozen()))
                .setMemoryBytes(stored.memoryBytes())
                .setStoredBytes(stored.storedBytes())
                .setStrategy(stored.strategy())
                .setStrategyReason(stored.strategyReason())
                .setCompression(stored.compression())
                .setCompressionReason(stored.compressionReason())
                .setGeneration(stored.generation())
                .addAllNeeds(stored.needs())
                .build();
    }

    static Checkpoint checkpoint(CheckpointResult result) {
        return checkpoint(result.checkpoint()).toBuilder()
                .setTotalDuration(duration(result.total()))
                .addAllWarnings(result.warnings())
                .build();
    }

    static Job job(JobStatus status) {
        Job.Builder job = Job.newBuilder()
                .setId(status.id())
                .setOwnerUid(status.ownerUid())
                .setState(Job.State.valueOf("STATE_" + status.state()))
                .setRootPid(status.rootPid())
                .setGeneration(status.generation())
                .setStartTime(timestamp(status.started()))
                .setKeep(status.keep())
                .addAllLocalCheckpointIds(status.local())
                .setMessage(status.message());
        status.rhythm().ifPresent(rhythm -> job.setInterval(duration(rhythm.interval()))
                .setIntervalReason(rhythm.reason()));
        status.lastCheckpoint().ifPresent(job::setLastCheckpointId);
        status.lastCheckpointTime().map(Messages::timestamp).ifPresent(job::setLastCheckpointTime);
        status.next().takes().map(Messages::duration).ifPresent(job::setForecastDuration);
        status.next().grace().map(Messages::duration).ifPresent(job::setGraceDuration);
        status.next().fits().map(Messages::fit).ifPresent(job::setFit);
        status.nextCheckpointTime().map(Messages::timestamp).ifPresent(job::setNextCheckpointTime);
        return job.build();
    }

    private static Job.Fit fit(boolean fits) {
        return fits ? Job.Fit.FIT_IN_TIME : Job.Fit.FIT_TOO_LATE;
    }

    static Check check(Finding finding) {
        return Check.newBuilder()
                .setName(finding.check())
                .setLevel(Check.Level.valueOf("LEVEL_" + finding.level()))
                .setValue(finding.value())
                .setRemedy(finding.remedy())
                .build();
    }

    static ExamineJobResponse examination(Examination examination) {
        return ExamineJobResponse.newBuilder()
                .addAllChecks(
                        examination.findings().stream().map(Messages::check).toList())
                .setProcessCount(examination.processes())
                .setThreadCount(examination.threads())
                .setFrozenDuration(duration(examination.frozen()))
                .build();
    }

    static PhaseProgress progress(Progress.Phase phase, Instant begin, long done, long total) {
        return PhaseProgress.newBuilder()
                .setPhase(PhaseProgress.Phase.valueOf("PHASE_" + phase))
                .setDoneBytes(done)
                .setTotalBytes(total)
                .setStartTime(timestamp(begin))
                .build();
    }

    static Duration duration(java.time.Duration duration) {
        return Duration.newBuilder()
                .setSeconds(duration.getSeconds())
                .setNanos(duration.getNano())
                .build();
    }

    static java.time.Duration duration(Duration duration) {
        return java.time.Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
    }

    static NodeFit nodeFit(io.ckpt.job.NodeFit fit) {
        NodeFit.Builder message = NodeFit.newBuilder()
                .setName(fit.node())
                .setKernelRelease(fit.release())
                .setSilent(fit.silent())
                .addAllObstacles(fit.obstacles());
        fit.beat().map(Messages::timestamp).ifPresent(message::setBeatTime);
        return message.build();
    }

    private static Timestamp timestamp(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }
}
