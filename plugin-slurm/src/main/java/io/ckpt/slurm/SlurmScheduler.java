package io.ckpt.slurm;

import io.ckpt.scheduler.JobRecord;
import io.ckpt.scheduler.JobRecord.State;
import io.ckpt.scheduler.NodeHealth;
import io.ckpt.scheduler.Notice;
import io.ckpt.scheduler.Notice.Kind;
import io.ckpt.scheduler.Scheduler;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Slurm by scontrol(1), as root on a compute node. */
final class SlurmScheduler implements Scheduler {
    private static final String TIME_LIMIT = "TimeLimit";

    private static final Pattern KILL_WAIT = Pattern.compile("(?m)^KillWait\\s*= (\\d+) sec$");

    private final Scontrol scontrol;

    SlurmScheduler(Scontrol scontrol) {
        this.scontrol = scontrol;
    }

    @Override
    public JobRecord record(String jobId) {
        return SlurmJob.parse(scontrol.run("show", "job", jobId), ZoneId.systemDefault());
    }

    /**
     * A preemption is announced while the job runs. At its end, and at a requeue, the count of restarts is raised before
     * the signals go out; a cancelled job keeps its count.
     */
    @Override
    public Notice classify(JobRecord record, int generation) {
        boolean runs = record.state() == State.RUNNING || record.state() == State.SUSPENDED;
        if (runs && record.restarts() == generation) {
            return record.preempted().isPresent() ? new Notice(Kind.PREEMPTED, record.end()) : Notice.of(Kind.UNKNOWN);
        }
        if (record.restarts() > generation) {
            return Notice.of(Kind.REQUEUED);
        }
        return Notice.of(record.reason().equals(TIME_LIMIT) ? Kind.TIME_LIMIT : Kind.CANCELLED);
    }

    /** Without a grace of its own a partition gives a preempted job as long as any other that is ended. */
    @Override
    public Optional<Duration> grace(String jobId) {
        String partition = show("job", jobId).required("Partition");
        int seconds = show("partition", partition).number("GraceTime");
        return seconds > 0 ? Optional.of(Duration.ofSeconds(seconds)) : killWait();
    }

    private Optional<Duration> killWait() {
        Matcher line = KILL_WAIT.matcher(scontrol.run("show", "config"));
        return line.find() ? Optional.of(Duration.ofSeconds(Long.parseLong(line.group(1)))) : Optional.empty();
    }

    private ScontrolText show(String what, String name) {
        return ScontrolText.parse(scontrol.run("show", what, name), ZoneId.systemDefault());
    }

    @Override
    public void requeue(String jobId) {
        scontrol.run("requeue", jobId);
    }

    @Override
    public void startNow(String jobId) {
        scontrol.run("update", "jobid=" + jobId, "StartTime=now");
    }

    @Override
    public NodeHealth node(String name) {
        return SlurmNode.parse(scontrol.run("show", "node", name));
    }

    @Override
    public void markDown(String name, String reason) {
        scontrol.run("update", "nodename=" + name, "state=DOWN", "reason=" + reason);
    }
}
