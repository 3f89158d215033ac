package io.ckpt.pbs;

import io.ckpt.fault.Fault;
import io.ckpt.scheduler.JobRecord;
import io.ckpt.scheduler.JobRecord.State;
import io.ckpt.scheduler.NodeHealth;
import io.ckpt.scheduler.Notice;
import io.ckpt.scheduler.Notice.Kind;
import io.ckpt.scheduler.Scheduler;
import io.ckpt.scheduler.Tickets;
import java.time.Instant;

/** PBS by its commands, as root on an execution host. */
final class PbsScheduler implements Scheduler {
    private final PbsCommands commands;
    private final Tickets tickets;

    PbsScheduler(PbsCommands commands, Tickets tickets) {
        this.commands = commands;
        this.tickets = tickets;
    }

    @Override
    public JobRecord record(String jobId) {
        return PbsJob.parse(commands.run("qstat", "-f", "-F", "json", jobId), jobId);
    }

    /** MoM says by its actions why it ends a job; a signal that is not explained by the record is the job's own. */
    @Override
    public Notice classify(JobRecord record, int generation) {
        if (record.restarts() > generation) {
            return Notice.of(Kind.REQUEUED);
        }
        return Notice.of(record.state() == State.OTHER ? Kind.CANCELLED : Kind.UNKNOWN);
    }

    @Override
    public void hold(String jobId) {
        try (UnboundMark mark = UnboundMark.of(jobId)) {
            qhold(jobId);
        }
    }

    /** It complains that MoM does not checkpoint the job, and yet sets the hold. */
    private void qhold(String jobId) {
        try {
            commands.run("qhold", jobId);
        } catch (Fault fault) {
            PbsText job = PbsText.parse(commands.run("qstat", "-f", "-F", "json", jobId), "Jobs", jobId);
            if (!job.text("Hold_Types").contains("u")) {
                throw fault;
            }
        }
    }

    @Override
    public void requeue(String jobId) {
        commands.run("qrerun", jobId);
    }

    /** A job whose checkpoint MoM has discarded while it was held starts from its beginning and keeps its run_version. */
    @Override
    public boolean isSubmittedBefore(String jobId, Instant time) {
        String text = commands.run("qstat", "-f", "-F", "json", jobId);
        return PbsJob.submitted(text, jobId).isBefore(time);
    }

    /** PBS lets a requeued job start in its next cycle. */
    @Override
    public void startNow(String jobId) {
        // nothing holds it back
    }

    @Override
    public NodeHealth node(String name) {
        return PbsNode.parse(commands.run("pbsnodes", "-F", "json", name), name);
    }

    /** The server marks a node down as soon as its connection breaks, and requeues its jobs itself. */
    @Override
    public void markDown(String name, String reason) {
        commands.run("pbsnodes", "-o", "-C", reason, name);
    }

    @Override
    public void comment(String jobId, String text) {
        commands.run("qalter", "-W", "comment=" + text, jobId);
    }

    @Override
    public Tickets tickets() {
        return tickets;
    }
}
