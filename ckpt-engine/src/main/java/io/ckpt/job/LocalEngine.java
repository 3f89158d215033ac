package io.ckpt.job;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.fence.NodeBoard;
import io.ckpt.freeze.JobRoot;
import io.ckpt.freeze.Node;
import io.ckpt.freeze.PidNamespace;
import io.ckpt.freeze.Stdio;
import io.ckpt.image.ImageReader;
import io.ckpt.image.Seal;
import io.ckpt.image.v1.NodeFacts;
import io.ckpt.memory.DeltaCopy;
import io.ckpt.place.LaunchedPlace;
import io.ckpt.place.Place;
import io.ckpt.progress.Progress;
import io.ckpt.restart.Pids;
import io.ckpt.restart.Preflight;
import io.ckpt.scheduler.Tickets;
import io.ckpt.store.Chronology;
import io.ckpt.store.Staging;
import io.ckpt.store.StorePlace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The engine of the node it runs on. Root's. */
public final class LocalEngine implements Engine {
    private static final Logger LOG = LoggerFactory.getLogger(LocalEngine.class);

    /** After so many the compiler has done most of its work. */
    private static final int REHEARSALS = 40;

    private final StorePlace store;
    private final Checkpoints checkpoints;
    private final LocalJourneys journeys;
    private final Carriage carriage = new Carriage();
    private final Backlog backlog;
    /** Whether jobs that were restarted here have been vacated since, by the pid of the first process. */
    private final Map<Integer, AtomicBoolean> left = new ConcurrentHashMap<>();

    /**
     * @param store where checkpoints lie when an order names no other place
     * @param own where those of protected jobs are written first, when they need not be durable at once
     * @param memory of this node
     * @param user whose that place is, told from all others
     * @param limits of all checkpoints that nobody waits for
     * @param embedFiles programs and libraries go with every job
     */
    public LocalEngine(
            StorePlace store,
            Optional<NodeStore> own,
            StateDirectory memory,
            String user,
            Seal seal,
            Limits limits,
            boolean embedFiles) {
        this.store = store;
        this.checkpoints = new Checkpoints(store, own.map(NodeStore::directory), seal);
        this.journeys = new LocalJourneys(checkpoints, seal, limits, embedFiles);
        this.backlog = new Backlog(own.map(each -> new OwnStore(each, memory.waiting(), staging(each, user))));
    }

    private Staging staging(NodeStore own, String user) {
        return new Staging(
                checkpoints.store(Optional.of(own.directory())),
                checkpoints.store(Optional.empty()),
                user,
                journeys.rewriting(),
                carriage);
    }

    /** What only this node has, for who looks after it. */
    public Backlog backlog() {
        return backlog;
    }

    /**
     * The same journeys for jobs that are looked after over time.
     *
     * @param tickets know which files go with a job
     * @param lazy jobs that are restarted run before most of their memory is there
     * @param delta periodic checkpoints copy only what changed since the one before
     */
    public JobJourneys jobJourneys(Tickets tickets, boolean delta, boolean lazy) {
        return new LocalJobJourneys(journeys, checkpoints, backlog, carriage, tickets, delta, lazy);
    }

    /** Lets the first job wait no longer than the others. Takes a second or two; checkpoints may be taken meanwhile. */
    public void rehearse() {
        journeys.rehearse(REHEARSALS);
    }

    @Override
    public CheckpointResult checkpoint(CheckpointOrder order, Progress progress) {
        int pid = pid(order.target());
        LocalJourneys.Subject subject = new LocalJourneys.Subject(
                tree(pid), name(pid), 0, Instant.EPOCH, start(pid), List.of(), false, () -> letLeave(pid));
        return journeys.checkpoint(subject, order, order.store(), progress);
    }

    private static long start(int pid) {
        return new ProcProcessTable().find(pid).map(ProcessName::startTime).orElse(0L);
    }

    private void letLeave(int pid) {
        Optional.ofNullable(left.get(pid)).ifPresent(job -> job.set(true));
    }

    @Override
    public Examination examine(Target target, OptionalInt expectedOwner) {
        return journeys.examine(tree(pid(target)), expectedOwner);
    }

    private static int pid(Target target) {
        if (target instanceof Target.Process process) {
            return process.pid();
        }
        throw new Fault(
                FaultCode.NOT_FOUND, "no job " + target + " is protected on this node", "give --pid, or ask ckptd");
    }

    private static String name(int pid) {
        return "pid-" + pid;
    }

    private static JobRoot tree(int pid) {
        return new JobRoot.Tree(pid, !PidNamespace.isOurs(pid));
    }

    @Override
    public RestartResult restart(RestartOrder order, Progress progress) {
        requireNewest(order.checkpoint());
        try {
            return restart(order, false, progress);
        } catch (Fault fault) {
            if (fault.code() != FaultCode.BUSY) {
                throw fault;
            }
            return restart(order, true, progress); // somebody has taken a pid since we looked, or a group still has it
        }
    }

    /** Work that only this node has is not passed over because it cannot be read now. */
    private void requireNewest(CheckpointName name) {
        if (name.store().isEmpty() && name.selector() instanceof CheckpointName.LatestOf latest) {
            backlog.requireLegible(latest.job());
        } else if (name.store().isEmpty() && name.selector() instanceof CheckpointName.Latest) {
            backlog.requireLegible();
        }
    }

    private RestartResult restart(RestartOrder order, boolean privatePids, Progress progress) {
        try (Launcher launcher = new Launcher(order, privatePids)) {
            LocalJourneys.Done done = journeys.restart(locate(order.checkpoint()), order, launcher, progress);
            return new RestartResult(
                    done.checkpoint(),
                    launcher.launched.map(launched -> running(launched, done)),
                    done.total(),
                    done.loadedBytes(),
                    warnings(done));
        }
    }

    /** That it does not go on from its newest checkpoint is said too. */
    private List<String> warnings(LocalJourneys.Done done) {
        return Stream.concat(
                        done.warnings().stream(), backlog.lost(done.checkpoint().job()).stream())
                .toList();
    }

    private LaunchedJob running(LaunchedPlace place, LocalJourneys.Done done) {
        AtomicBoolean gone = new AtomicBoolean();
        left.put(done.rootPid(), gone);
        return new LaunchedJob(place, done.rootPid(), gone, done.loading());
    }

    @Override
    public void settle() {
        journeys.settle();
    }

    @Override
    public List<StoredCheckpoint> list(StoreQuery query) {
        return query.store().isPresent() ? checkpoints.list(query) : everywhere(query.job());
    }

    /** What only this node has is among the others. */
    private List<StoredCheckpoint> everywhere(Optional<String> job) {
        List<io.ckpt.store.StoredCheckpoint> durable = checkpoints.good(new StoreQuery(Optional.empty(), job));
        Set<String> arrived =
                durable.stream().map(io.ckpt.store.StoredCheckpoint::id).collect(Collectors.toSet());
        Stream<io.ckpt.store.StoredCheckpoint> waiting =
                backlog.of(job).stream().filter(each -> !arrived.contains(each.id()));
        List<StoredCheckpoint> all = new ArrayList<>(
                Chronology.newestFirst(Stream.concat(waiting, durable.stream()).toList()).stream()
                        .map(each -> describe(each, arrived.contains(each.id())))
                        .toList());
        Collections.reverse(all);
        return all;
    }

    private StoredCheckpoint describe(io.ckpt.store.StoredCheckpoint stored, boolean durable) {
        Optional<Path> own = durable ? Optional.empty() : backlog.directory();
        return checkpoints.describe(checkpoints.directory(own), stored);
    }

    /** The same checkpoint, also where only this node has it. */
    private CheckpointName locate(CheckpointName name) {
        return name.store().isPresent() || backlog.isEmpty()
                ? name
                : list(new StoreQuery(Optional.empty(), Optional.empty())).stream()
                        .filter(name.selector()::matches)
                        .reduce((older, newer) -> newer)
                        .filter(newest -> !newest.durable())
                        .map(CheckpointName::of)
                        .orElse(name);
    }

    @Override
    public List<DamagedCheckpoint> damaged(StoreQuery query) {
        return checkpoints.damaged(query);
    }

    @Override
    public StoredCheckpoint show(CheckpointName name) {
        CheckpointName found = locate(name);
        return checkpoints.describe(checkpoints.directory(found.store()), checkpoints.find(found));
    }

    @Override
    public OptionalInt owner(CheckpointName name) {
        return name.selector() instanceof CheckpointName.Id wanted
                ? checkpoints.store(locate(name).store()).owner(wanted.id())
                : OptionalInt.of(show(name).ownerUid());
    }

    @Override
    public String plan(CheckpointName name) {
        return journeys.plan(locate(name));
    }

    @Override
    public long verify(CheckpointName name) {
        return journeys.verify(locate(name));
    }

    @Override
    public StoredCheckpoint consolidate(CheckpointName name) {
        return journeys.consolidate(locate(name));
    }

    @Override
    public void delete(CheckpointName name) {
        CheckpointName found = locate(name);
        String id = checkpoints.find(found).id();
        if (!backlog.delete(id)) {
            checkpoints.store(found.store()).delete(id);
        }
    }

    @Override
    public List<NodeFit> nodes(CheckpointName name) {
        NodeFacts wanted = journeys.node(locate(name));
        return new NodeBoard(store)
                .read().stream()
                        .map(entry -> new NodeFit(
                                entry.node(),
                                entry.facts().getKernelRelease(),
                                entry.beat(),
                                false,
                                Preflight.obstacles(wanted, entry.facts())))
                        .toList();
    }

    @Override
    public List<JobStatus> jobs() {
        return List.of();
    }

    @Override
    public List<Finding> doctor() {
        return NodeChecks.findings(store);
    }

    /** Starts a ckpt-run of our own once nothing stands against the restart. */
    private static final class Launcher implements LocalJourneys.PlaceSource, AutoCloseable {
        private final RestartOrder order;
        private final boolean privatePids;
        private final Stdio stdio;
        private Optional<LaunchedPlace> launched = Optional.empty();

        /** @param privatePids the job gets pids of its own, whether its former ones are free or not */
        Launcher(RestartOrder order, boolean privatePids) {
            this.order = order;
            this.privatePids = privatePids;
            this.stdio = Stdio.of(order.stdioOf());
        }

        @Override
        public Place place(ImageReader image) {
            boolean own = privatePids
                    || order.lazy()
                    || image.manifest().getPrivatePidNamespace()
                    || !Pids.withGivenThreads(image.manifest()).isEmpty()
                    || Pids.of(image.manifest()).stream().anyMatch(Launcher::isTaken);
            launched = Optional.of(LaunchedPlace.launch(own, stdio.descriptors(), order.detach()));
            return launched.get().place();
        }

        @Override
        public Path root() {
            return Path.of("/");
        }

        @Override
        public List<Integer> cpus() {
            return Node.cpusOf((int) ProcessHandle.current().pid());
        }

        /** Somebody has asked for such checkpoints of this job. */
        @Override
        public boolean isFollowed(StoredCheckpoint checkpoint) {
            return checkpoint.strategy().equals(DeltaCopy.NAME);
        }

        @Override
        public boolean isPeriodic() {
            return false;
        }

        @Override
        public FollowedJobs.Key run(int rootPid) {
            return new FollowedJobs.Key(tree(rootPid), name(rootPid), 0);
        }

        @Override
        public void lost(Fault why) {
            LOG.error("a job that was restarted is ended: {}; {}", why.getMessage(), why.remedy());
        }

        private static boolean isTaken(int pid) {
            return Files.exists(Path.of("/proc", Integer.toString(pid)));
        }

        @Override
        public void close() {
            stdio.close();
        }
    }
}
