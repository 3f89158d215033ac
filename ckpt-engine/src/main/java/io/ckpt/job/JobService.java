package io.ckpt.job;

import io.ckpt.fault.Fault;
import io.ckpt.fence.Fence;
import io.ckpt.fence.NodeWatch;
import io.ckpt.freeze.Priority;
import io.ckpt.place.PacketLink;
import io.ckpt.progress.Progress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the protected jobs of a node: listens to places, keeps the schedule, beats, and watches the neighbours. Closing
 * it ends no job.
 */
public final class JobService implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JobService.class);
    private static final Duration TICK = Duration.ofMillis(250);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final int CLOCKS = 4;

    private final JobPorts ports;
    private final ProtectedJobs jobs;
    private final Guard guard;
    private final NoticeDesk notices;
    private final PlaceDoor door;
    private volatile Optional<LaunchDoor> launchDoor = Optional.empty();
    private final ExecutorService workers = Executors.newCachedThreadPool(JobService::thread);
    private final ScheduledExecutorService clocks = Executors.newScheduledThreadPool(CLOCKS, JobService::thread);
    /** Never waits for the shared directory, so that jobs are stopped when it hangs. */
    private final ScheduledExecutorService lifeline = Executors.newSingleThreadScheduledExecutor(JobService::thread);
    /** Waits for everything else: processor, disk, and a shared directory that is slow. */
    private final ScheduledExecutorService stager = Executors.newSingleThreadScheduledExecutor(JobService::humble);

    public JobService(JobPorts ports, ProtectedJobs jobs, PlaceDoor door) {
        this.ports = ports;
        this.jobs = jobs;
        this.guard = new Guard(ports.fence(), jobs);
        Homecoming homecoming = new Homecoming(ports.scheduler());
        this.notices = new NoticeDesk(
                ports.scheduler(),
                new NoticeDesk.Vacating() {
                    @Override
                    public void hurry(ProtectedJob job) {
                        jobs.hurry(job);
                    }

                    @Override
                    public void vacate(ProtectedJob job, CheckpointOrder order, Progress progress) {
                        jobs.vacate(job, order, progress);
                        homecoming.expect(job.facts(), clocks);
                    }
                },
                ports.clock());
        this.door = door;
    }

    /** Begins; returns at once. */
    public void start() {
        Fence fence = ports.fence();
        NodeWatch watch = new NodeWatch(fence, ports.scheduler());
        every(clocks, TICK, this::tick);
        every(clocks, fence.rhythm(), guard::beat);
        every(lifeline, fence.rhythm().dividedBy(2), guard::stopWhenLost);
        every(clocks, LOOK, watch::look);
        every(stager, LOOK, jobs::stage);
        workers.execute(this::listen);
    }

    /** Makes places for launchers too, until closed. */
    public void serve(LaunchDoor launchers) {
        launchDoor = Optional.of(launchers);
        workers.execute(() -> launchers.serve(workers));
    }

    @Override
    public void close() {
        door.close();
        launchDoor.ifPresent(LaunchDoor::close);
        clocks.shutdownNow();
        lifeline.shutdownNow();
        stager.shutdownNow();
        workers.shutdownNow();
    }

    private void tick() {
        jobs.sweep(ports.clock().instant());
        jobs.unforeseen().forEach(job -> workers.execute(() -> jobs.foresee(job)));
        jobs.due(ports.clock().instant()).forEach(job -> workers.execute(() -> jobs.takePeriodic(job)));
    }

    private void listen() {
        Optional<PacketLink> link = door.next();
        while (link.isPresent()) {
            workers.execute(new PlaceConversation(link.get(), jobs, notices, workers));
            link = door.next();
        }
    }

    /** A round that fails is told and does not end the rounds. */
    private static void every(ScheduledExecutorService clock, Duration period, Runnable round) {
        clock.scheduleWithFixedDelay(() -> guarded(round), 0, period.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static void guarded(Runnable round) {
        try {
            round.run();
        } catch (Fault fault) {
            LOG.error("{}; {}", fault.getMessage(), fault.remedy());
        } catch (RuntimeException defect) {
            LOG.error("this is a defect of ckpt: please report it", defect);
        }
    }

    private static Thread humble(Runnable work) {
        return thread(() -> {
            Priority.takeLeast();
            work.run();
        });
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "jobs");
        thread.setDaemon(true);
        return thread;
    }
}
