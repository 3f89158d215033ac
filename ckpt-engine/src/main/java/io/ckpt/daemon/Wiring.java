package io.ckpt.daemon;

import io.ckpt.fault.Fault;
import io.ckpt.fence.Fence;
import io.ckpt.fence.NodeBoard;
import io.ckpt.fence.NodeIdentity;
import io.ckpt.fence.Pace;
import io.ckpt.freeze.Node;
import io.ckpt.image.Seal;
import io.ckpt.job.CheckpointSchedule;
import io.ckpt.job.Engine;
import io.ckpt.job.JobPorts;
import io.ckpt.job.JobService;
import io.ckpt.job.JobSettings;
import io.ckpt.job.LaunchDoor;
import io.ckpt.job.LocalEngine;
import io.ckpt.job.NotifySocket;
import io.ckpt.job.ProcProcessTable;
import io.ckpt.job.ProtectedJobs;
import io.ckpt.job.ProtectingEngine;
import io.ckpt.scheduler.Scheduler;
import io.ckpt.scheduler.SchedulerPlugin;
import io.ckpt.store.StorePlace;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place where an engine is put together. The daemon and the embedded command line both come here. */
final class Wiring {
    private static final Logger LOG = LoggerFactory.getLogger(Wiring.class);

    private final StorePlace store;
    private final LocalEngine local;
    private final Engine engine;
    private final JobPorts ports;
    private final ProtectedJobs jobs;
    private final Settings settings;

    private Wiring(Settings settings) {
        this.settings = settings;
        this.store = store(settings);
        this.local = local(settings, store);
        Scheduler scheduler = scheduler(settings);
        this.ports = new JobPorts(
                local.jobJourneys(scheduler.tickets(), settings.delta(), settings.lazyRestart()),
                scheduler,
                new ProcProcessTable(),
                fence(),
                settings.stateDirectory().journal(),
                local.backlog(),
                Clock.systemUTC());
        this.jobs =
                new ProtectedJobs(ports, jobSettings(settings), new CheckpointSchedule(() -> ThreadLocalRandom.current()
                        .nextDouble()));
        this.engine = new ProtectingEngine(local, jobs);
    }

    /** An engine for one command: it protects no jobs. */
    static Engine engine(Settings settings) {
        return local(settings, store(settings));
    }

    /** Everything of a daemon; nothing runs yet. */
    static Wiring daemon(Settings settings) {
        return new Wiring(settings);
    }

    Engine engine() {
        return engine;
    }

    /** Begins to look after jobs. That no other daemon does is the caller's to know. */
    JobService protectJobs() {
        JobService service = new JobService(ports, jobs, NotifySocket.open(settings.notifySocket()));
        service.start();
        if (settings.scheduler().launches()) {
            service.serve(new LaunchDoor(
                    NotifySocket.openForLaunchers(settings.launchSocket()),
                    ports.scheduler(),
                    settings.notifySocket()));
        }
        return service;
    }

    /** Prepares for the first checkpoint; returns at once. */
    void rehearse() {
        Thread thread = new Thread(local::rehearse, "rehearsal");
        thread.setDaemon(true);
        thread.start();
    }

    /** Tells the other nodes what this one is like; returns at once, for the shared store may hang. */
    void introduce() {
        Thread thread = new Thread(this::writeFacts, "introduction");
        thread.setDaemon(true);
        thread.start();
    }

    private void writeFacts() {
        try {
            new NodeBoard(store).write(nodeName(settings), Node.here().facts());
        } catch (Fault fault) {
            LOG.warn("this node is not among those that ckptctl nodes shows: {}", fault.getMessage());
        }
    }

    private static LocalEngine local(Settings settings, StorePlace store) {
        BuiltInStore.prepare(settings.store());
        return new LocalEngine(
                store,
                settings.localStore(),
                settings.stateDirectory(),
                describe(settings),
                Seal.ofKeyFile(settings.sealKey()),
                settings.limits(),
                settings.embedFiles());
    }

    private static StorePlace store(Settings settings) {
        return settings.stateDirectory().known(settings.store());
    }

    private static String describe(Settings settings) {
        return "node " + nodeName(settings) + ", Store=" + settings.store() + ", StateDirectory="
                + settings.stateDirectory().path();
    }

    private static Scheduler scheduler(Settings settings) {
        return SchedulerPlugin.named(settings.scheduler().name().toLowerCase(Locale.ROOT));
    }

    private Fence fence() {
        return new Fence(store, NodeIdentity.current(nodeName(settings)), settings.leaseTime(), Pace.system());
    }

    private static String nodeName(Settings settings) {
        return settings.node().isEmpty() ? Node.here().hostname().split("\\.")[0] : settings.node();
    }

    private static JobSettings jobSettings(Settings settings) {
        return new JobSettings(
                settings.interval(),
                settings.pacing(),
                settings.keep(),
                unlessZero(settings.graceTime()),
                settings.notifySocket().resolveSibling("busy"));
    }

    private static Optional<Duration> unlessZero(Duration time) {
        return Optional.of(time).filter(each -> !each.isZero());
    }
}
