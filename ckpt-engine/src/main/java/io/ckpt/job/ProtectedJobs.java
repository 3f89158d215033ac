package io.ckpt.job;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.place.Place;
import io.ckpt.place.PlaceFlag;
import io.ckpt.progress.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The protected jobs of this node, from the HELLO of their places to their end: what starts afresh, what is restarted,
 * and that nothing runs twice. Safe for threads; what waits is called from a thread of its own.
 */
public final class ProtectedJobs {
    private static final Logger LOG = LoggerFactory.getLogger(ProtectedJobs.class);
    private static final Set<FaultCode> OF_A_STORE = Set.of(FaultCode.IO_ERROR, FaultCode.STORE_FULL);
    private static final Duration SHOWN_AFTER_END = Duration.ofMinutes(10);

    private final JobRegistry registry = new JobRegistry();
    private final JobPorts ports;
    private final Admission admission;
    private final JobCheckpoints checkpoints;
    private final Beginning beginning;
    private final Stager stager;

    public ProtectedJobs(JobPorts ports, JobSettings settings, CheckpointSchedule schedule) {
        this.ports = ports;
        this.admission = new Admission(settings, ports.processes(), ports.clock());
        this.checkpoints = new JobCheckpoints(ports.journeys(), settings, schedule, ports.clock());
        this.beginning = new Beginning(ports);
        this.stager = new Stager(ports.backlog(), registry, checkpoints, settings.busyDirectory());
        ports.journal().read().forEach(this::recall);
        stager.recall();
    }

    /** Every job of this node, those that ended a short while ago included. */
    public List<JobStatus> statuses() {
        return registry.all().stream()
                .map(this::status)
                .map(stager::tell)
                .map(this::tellSilence)
                .toList();
    }

    /** A node that is not heard stops its jobs. */
    private JobStatus tellSilence(JobStatus status) {
        return ports.fence()
                .silence()
                .filter(silence -> status.rootPid() != 0)
                .map(status::remarked)
                .orElse(status);
    }

    /**
     * Takes a checkpoint of one job because somebody asked for it.
     *
     * @throws Fault NOT_FOUND when the job is not protected here; BUSY when a checkpoint of it is under way
     */
    public CheckpointResult checkpoint(String id, CheckpointOrder order, Progress progress) {
        ProtectedJob job = registry.get(id);
        return order.vacate()
                ? vacate(job, order, progress)
                : checkpoints.take(job, order, JobCheckpoints.STAYING, progress);
    }

    /**
     * A second copy of a job would spoil the output of the first.
     *
     * @throws Fault BUSY when the job is protected and runs, here or on another node
     */
    void requireOver(String id) {
        Optional<String> here = registry.find(id)
                .filter(job -> !job.state().isOver())
                .map(job -> ports.fence().node().name());
        here.or(() -> ports.fence().holder(id)).ifPresent(node -> {
            throw new Fault(
                    FaultCode.BUSY,
                    "job " + id + " runs on node " + node + ", and must not run twice",
                    "end it there first, or have its scheduler requeue it");
        });
    }

    /** Whether the daemon of a node has not beaten for so long that it counts as dead. */
    boolean isSilent(String node) {
        return ports.fence().silent(node);
    }

    /** Whether a checkpoint of one job would work now. */
    Examination examine(String id, OptionalInt expectedOwner) {
        return ports.journeys().examine(registry.get(id).facts(), expectedOwner);
    }

    /**
     * Takes a checkpoint because the scheduler says so; one that is under way is waited for.
     *
     * @param leaves whether the job is to be gone then
     * @throws Fault what kept it from being taken: the job runs on
     */
    void obey(String id, boolean leaves, Duration limit) {
        ProtectedJob job = registry.get(id);
        if (awaitSettled(job, limit) == JobState.VACATED && leaves) {
            return;
        }
        CheckpointOrder order = JobCheckpoints.order(job.facts(), leaves);
        if (leaves) {
            leave(job, order, Progress.none(), true);
        } else {
            checkpoints.take(job, order, JobCheckpoints.STAYING, Progress.none());
        }
    }

    private static JobState awaitSettled(ProtectedJob job, Duration limit) {
        try {
            return job.awaitSettled(limit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Fault(FaultCode.BUSY, "ckptd is being stopped", "ask the next one");
        }
    }

    /** Answers a HELLO: the job that the place holds from now on, or nothing when it was refused. */
    Optional<ProtectedJob> greet(Place place) {
        try {
            JobFacts claimed = admission.admit(place);
            return Optional.of(
                    place.flags().contains(PlaceFlag.RUNNING) ? adopt(claimed, place) : begin(claimed, place));
        } catch (Fault fault) {
            refuse(place, fault);
            return Optional.empty();
        }
    }

    /** The first process of a job has ended, or was ended by us. */
    void exited(ProtectedJob job, Place place, Duration verdict) throws InterruptedException {
        if (job.awaitQuiet(verdict) == JobState.VACATED) {
            tell(place, Place::vacated);
        } else {
            over(job);
            tell(place, Place::pass);
        }
    }

    /** A job that must go waits for the checkpoint that is under way. */
    void hurry(ProtectedJob job) {
        ports.journeys().hurry(job.facts());
    }

    /** A checkpoint that leaves nothing running. The place is told when it is durable. */
    CheckpointResult vacate(ProtectedJob job, CheckpointOrder order, Progress progress) {
        return leave(job, order, progress, false);
    }

    private CheckpointResult leave(ProtectedJob job, CheckpointOrder order, Progress progress, boolean asked) {
        CheckpointResult result = checkpoints.take(job, order, () -> letLeave(job, asked), progress);
        over(job);
        return result;
    }

    /** Said before the job is ended: should this process die in between, its place must not take the end for the job's own. */
    private void letLeave(ProtectedJob job, boolean asked) {
        job.tryBecome(JobState.VACATED);
        ports.scheduler().tickets().left(job.facts().id(), asked);
        job.place().ifPresent(place -> tell(place, Place::vacated));
    }

    /** Jobs whose periodic checkpoint is due; each is told once. */
    List<ProtectedJob> due(Instant now) {
        List<ProtectedJob> due = registry.all().stream()
                .filter(job ->
                        job.due().filter(instant -> !instant.isAfter(now)).isPresent())
                .toList();
        due.forEach(job -> job.schedule(Optional.empty()));
        return due;
    }

    /** Jobs of which nobody has asked yet what is to be expected; each is told once. */
    List<ProtectedJob> unforeseen() {
        List<ProtectedJob> unforeseen = running().stream()
                .filter(job -> job.outlook().isEmpty() && job.state() == JobState.RUNNING)
                .toList();
        unforeseen.forEach(job -> job.expect(Outlook.NONE));
        return unforeseen;
    }

    /** Asks the store what the checkpoints of a job took, and its scheduler what time it leaves. */
    void foresee(ProtectedJob job) {
        checkpoints.foresee(job, grace(job));
    }

    private Optional<Duration> grace(ProtectedJob job) {
        try {
            return ports.scheduler().grace(job.facts().id());
        } catch (Fault fault) {
            LOG.info("{}: how long it is left when it is preempted is not known: {}", job, fault.getMessage());
            return Optional.empty();
        }
    }

    /** Brings to the shared store what only this node has. */
    void stage() {
        stager.round();
    }

    void takePeriodic(ProtectedJob job) {
        checkpoints.takePeriodic(job);
    }

    /** Finds jobs that ended without a word, and forgets those that ended long ago. */
    void sweep(Instant now) {
        for (ProtectedJob job : registry.all()) {
            if (job.over()
                    .filter(end -> end.plus(SHOWN_AFTER_END).isBefore(now))
                    .isPresent()) {
                registry.remove(job);
            } else if (!job.state().isOver()
                    && !ports.processes().lives(job.facts().init())) {
                over(job);
            }
        }
    }

    /** Jobs that run, or are about to. */
    List<ProtectedJob> running() {
        return registry.all().stream().filter(job -> !job.state().isOver()).toList();
    }

    /** Ends the processes of jobs that may not run here any more, so that the scheduler starts them again. */
    void stop(List<ProtectedJob> jobs, String why) {
        for (ProtectedJob job : jobs) {
            LOG.error("{} is stopped: {}", job, why);
            job.remark(why);
            job.stop();
            ports.scheduler().tickets().left(job.facts().id(), false);
            job.place().ifPresent(place -> tell(place, each -> each.end(Place.EXIT_VACATED)));
        }
        for (ProtectedJob job : jobs) {
            ports.processes().end(job.facts().init());
            finish(job);
        }
    }

    /** Gives up the lease of a job that was stopped; one that stays behind runs out with this node's next boot. */
    void release(ProtectedJob job) {
        try {
            ports.fence().release(job.facts().id(), job.facts().generation());
        } catch (Fault fault) {
            LOG.warn("{}: {}; {}", job, fault.getMessage(), fault.remedy());
        }
    }

    private ProtectedJob begin(JobFacts claimed, Place place) {
        Optional<ProtectedJob> before = registry.find(claimed.id());
        ProtectedJob job = ProtectedJob.starting(facts(claimed, before), before);
        registry.put(job)
                .filter(former -> !former.state().isOver() && !former.isOfTheSameRun(claimed))
                .ifPresent(this::replace);
        job.connect(place);
        // ckpt-run asks again as soon as a try has failed: by then all must have been said of that one
        synchronized (job.history()) {
            return attempt(job, place);
        }
    }

    private JobFacts facts(JobFacts claimed, Optional<ProtectedJob> before) {
        return before.filter(job -> job.isOfTheSameRun(claimed))
                .map(ProtectedJob::facts)
                .orElseGet(() -> beginning.birthBefore(claimed));
    }

    private ProtectedJob attempt(ProtectedJob job, Place place) {
        try {
            beginning.begin(job, place);
            remember(job);
            checkpoints.scheduleNext(job);
            return job;
        } catch (Fault fault) {
            if (job.isStopped()) {
                place.close(); // what it said last is no refusal, and the next run may have begun
            } else {
                job.remark(fault.getMessage());
                ports.scheduler().tickets().refused(job.facts().id(), fault);
            }
            over(job);
            throw fault;
        }
    }

    private void replace(ProtectedJob former) {
        if (ports.processes().lives(former.facts().init())) {
            stop(List.of(former), "a newer run of it has begun on this node");
        }
    }

    private ProtectedJob adopt(JobFacts claimed, Place place) {
        ProtectedJob job = registry.find(claimed.id())
                .filter(known -> known.isOfTheSameRun(claimed))
                .orElseGet(() -> learn(claimed));
        job.connect(place);
        return job;
    }

    private ProtectedJob learn(JobFacts claimed) {
        ProtectedJob job = new ProtectedJob(beginning.birthOfRunning(claimed), JobState.RUNNING);
        registry.put(job);
        remember(job);
        checkpoints.scheduleNext(job);
        LOG.info("{} runs already", job);
        return job;
    }

    /** A job that runs is none the worse for not being remembered: its place tells the next daemon of it. */
    private void remember(ProtectedJob job) {
        try {
            ports.journal().write(job.facts());
        } catch (Fault fault) {
            LOG.error("{}: {}; {}", job, fault.getMessage(), fault.remedy());
            job.remark(fault.getMessage() + "; " + fault.remedy());
        }
    }

    private void recall(JobFacts facts) {
        ProtectedJob job = new ProtectedJob(facts, JobState.RUNNING);
        if (ports.processes().lives(facts.init())) {
            registry.put(job);
            checkpoints.scheduleNext(job);
        } else {
            ports.journal().remove(facts.id());
            release(job);
        }
    }

    private void refuse(Place place, Fault fault) {
        String why =
                "job " + place.protection().job() + " is not started: " + fault.getMessage() + "; " + fault.remedy();
        LOG.warn(why);
        if (place.isOpen()) {
            ports.scheduler().tickets().refused(place.protection().job(), fault);
            tell(place, each -> each.refuse(status(place, fault), why));
            comment(place.protection().job(), "ckpt: " + why);
        }
    }

    /** One that ran before and lacks nothing but a store that works is given back to its scheduler: another try may succeed. */
    private static int status(Place place, Fault fault) {
        return place.protection().generation() > 0 && OF_A_STORE.contains(fault.code())
                ? Place.EXIT_VACATED
                : fault.code().exitStatus();
    }

    private void comment(String job, String text) {
        try {
            ports.scheduler().comment(job, text);
        } catch (Fault fault) {
            LOG.warn("job {}: no comment in the scheduler: {}", job, fault.getMessage());
        }
    }

    private void over(ProtectedJob job) {
        finish(job);
        stager.ended(job);
        registry.ifCurrent(job, () -> release(job));
    }

    private void finish(ProtectedJob job) {
        job.tryBecome(JobState.ENDED);
        job.schedule(Optional.empty());
        job.overSince(ports.clock().instant());
        registry.ifCurrent(job, () -> ports.journal().remove(job.facts().id()));
    }

    /** A place that is gone needs no word. */
    private static void tell(Place place, Consumer<Place> word) {
        try {
            word.accept(place);
        } catch (Fault gone) {
            LOG.debug("a place is gone: {}", gone.getMessage());
        }
    }

    private JobStatus status(ProtectedJob job) {
        ProcessName init = job.facts().init();
        Optional<Rhythm> rhythm = checkpoints.rhythm(job);
        return job.state().isOver()
                ? job.status(0, 0, rhythm)
                : job.status(
                        ports.processes().firstChild(init), ports.processes().memory(init), rhythm);
    }
}
