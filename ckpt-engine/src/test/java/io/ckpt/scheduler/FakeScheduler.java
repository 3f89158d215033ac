package io.ckpt.scheduler;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.scheduler.JobRecord.State;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A scheduler whose records the test writes; orders are recorded. */
public final class FakeScheduler implements Scheduler {
    private final Map<String, JobRecord> jobs = new HashMap<>();
    private final Map<String, NodeHealth> nodes = new HashMap<>();
    private final List<String> orders = new ArrayList<>();
    private final List<String> words = Collections.synchronizedList(new ArrayList<>());
    private Notice notice = Notice.of(Notice.Kind.UNKNOWN);
    private int asked;
    private Instant submitted = Instant.MAX;
    private Optional<Duration> grace = Optional.empty();

    public void job(String id, State state, int restarts) {
        jobs.put(id, new JobRecord(id, 6001, state, restarts, Optional.empty(), Optional.empty(), "", true, ""));
    }

    /** When the jobs were that are asked about. */
    public void submitted(Instant time) {
        submitted = time;
    }

    /** How long a preempted job is left from now on. */
    public void leave(Duration time) {
        grace = Optional.of(time);
    }

    @Override
    public Optional<Duration> grace(String jobId) {
        return grace;
    }

    @Override
    public boolean isSubmittedBefore(String jobId, Instant time) {
        return submitted.isBefore(time);
    }

    public void forget(String id) {
        jobs.remove(id);
    }

    public void health(String node, NodeHealth health) {
        nodes.put(node, health);
    }

    /** What every signal means from now on. */
    public void notice(Notice.Kind kind, Instant deadline) {
        notice = new Notice(kind, Optional.ofNullable(deadline));
    }

    public List<String> orders() {
        return orders;
    }

    /** What it was told of jobs with tickets. */
    public List<String> words() {
        return words;
    }

    @Override
    public Tickets tickets() {
        return new Tickets() {
            @Override
            public Optional<Ticket> ofSession(int session) {
                return Optional.empty();
            }

            @Override
            public List<Path> carried(String job) {
                return List.of();
            }

            @Override
            public List<String> obstacles(String job) {
                return List.of();
            }

            @Override
            public void began(String job) {
                words.add("began " + job);
            }

            @Override
            public void refused(String job, Fault why) {
                words.add("refused " + job);
            }

            @Override
            public void left(String job, boolean asked) {
                words.add("left " + job);
            }
        };
    }

    /** How often a record was asked for. */
    public int asked() {
        return asked;
    }

    @Override
    public JobRecord record(String jobId) {
        asked++;
        JobRecord job = jobs.get(jobId);
        if (job == null) {
            throw new Fault(FaultCode.NOT_FOUND, "no job " + jobId, "submit one");
        }
        return job;
    }

    @Override
    public Notice classify(JobRecord record, int generation) {
        return notice;
    }

    @Override
    public void requeue(String jobId) {
        orders.add("requeue " + jobId);
    }

    @Override
    public void startNow(String jobId) {
        orders.add("start " + jobId);
    }

    @Override
    public NodeHealth node(String name) {
        return nodes.getOrDefault(name, NodeHealth.RESPONDING);
    }

    @Override
    public void markDown(String name, String reason) {
        orders.add("down " + name);
    }
}
