package io.ckpt.job;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.freeze.JobRoot;
import io.ckpt.freeze.Node;
import io.ckpt.image.ImageReader;
import io.ckpt.kind.RestartOptions;
import io.ckpt.kind.RestartOptions.FilePolicy;
import io.ckpt.place.Place;
import io.ckpt.progress.Progress;
import io.ckpt.scheduler.Tickets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The journeys of this node for jobs that live below the init of a ckpt-run. */
final class LocalJobJourneys implements JobJourneys {
    private static final Logger LOG = LoggerFactory.getLogger(LocalJobJourneys.class);
    private static final Set<FaultCode> OF_A_STORE =
            Set.of(FaultCode.STORE_FULL, FaultCode.IO_ERROR, FaultCode.NOT_FOUND, FaultCode.NOT_PERMITTED);
    private static final RestartOptions OPTIONS = new RestartOptions(FilePolicy.TRUNCATE);

    private final LocalJourneys journeys;
    private final Checkpoints checkpoints;
    private final Backlog backlog;
    private final Carriage carriage;
    private final Tickets tickets;
    private final boolean delta;
    private final boolean lazy;

    LocalJobJourneys(
            LocalJourneys journeys,
            Checkpoints checkpoints,
            Backlog backlog,
            Carriage carriage,
            Tickets tickets,
            boolean delta,
            boolean lazy) {
        this.journeys = journeys;
        this.checkpoints = checkpoints;
        this.backlog = backlog;
        this.carriage = carriage;
        this.tickets = tickets;
        this.delta = delta;
        this.lazy = lazy;
    }

    @Override
    public CheckpointResult checkpoint(JobFacts job, CheckpointOrder order, Runnable leaving, Progress progress) {
        refuse(tickets.obstacles(job.id()));
        LocalJourneys.Subject subject = new LocalJourneys.Subject(
                root(job),
                job.id(),
                job.generation(),
                job.born(),
                0,
                tickets.carried(job.id()),
                isFollowed(job),
                leaving);
        Optional<Path> shared = order.store().or(job::store);
        Optional<OwnStore.Room> own = mayWait(job, order) ? roomFor(subject) : Optional.empty();
        return own.flatMap(room -> first(subject, order, room, progress))
                .orElseGet(() -> directly(subject, order, shared, progress));
    }

    @Override
    public void hurry(JobFacts job) {
        journeys.hurry(job.id());
    }

    private boolean isFollowed(JobFacts job) {
        return delta && job.interval().isPresent();
    }

    private static boolean mayWait(JobFacts job, CheckpointOrder order) {
        return !order.vacate()
                && order.deadline().isEmpty()
                && order.store().or(job::store).isEmpty();
    }

    private Optional<OwnStore.Room> roomFor(LocalJourneys.Subject job) {
        Optional<Path> own = backlog.directory();
        return own.flatMap(local -> backlog.roomFor(
                job.id(),
                checkpoints
                        .history(own, job.id())
                        .expectedBytes(ResidentMemory.bytes(job.root().pids()))));
    }

    /** Into the node's own store; nothing where that is to blame. */
    private Optional<CheckpointResult> first(
            LocalJourneys.Subject job, CheckpointOrder order, OwnStore.Room room, Progress progress) {
        try (room) {
            CheckpointResult result = journeys.checkpoint(job, order, Optional.of(room.directory()), progress);
            backlog.use(job.id());
            return Optional.of(result);
        } catch (Fault fault) {
            if (!OF_A_STORE.contains(fault.code())) {
                throw fault;
            }
            backlog.avoid(job.id(), fault);
            return Optional.empty();
        }
    }

    private CheckpointResult directly(
            LocalJourneys.Subject job, CheckpointOrder order, Optional<Path> shared, Progress progress) {
        try (Carriage.Pause hurried = carriage.pause()) {
            return journeys.checkpoint(job, order, shared, progress);
        }
    }

    @Override
    public CheckpointResult settled(CheckpointResult taken) {
        if (taken.checkpoint().durable()) {
            return taken;
        }
        long begin = System.nanoTime();
        try {
            return new CheckpointResult(
                    durable(backlog.bring(
                            taken.checkpoint().id(), other -> taken.checkpoint().isReplacedBy(durable(other)))),
                    taken.total().plusNanos(System.nanoTime() - begin),
                    taken.warnings());
        } catch (Fault fault) {
            throw new Fault(
                    fault.code(),
                    "checkpoint " + taken.checkpoint().id() + " is there, but on this node only: " + fault.getMessage(),
                    fault.remedy() + "; it is tried again",
                    fault);
        }
    }

    private StoredCheckpoint durable(io.ckpt.store.StoredCheckpoint stored) {
        return checkpoints.describe(checkpoints.directory(Optional.empty()), stored);
    }

    @Override
    public void begin(JobFacts job) {
        backlog.begin(job.id(), job.generation());
        try {
            checkpoints.store(job.store()).reset(job.id(), job.generation());
        } catch (Fault fault) { // its checkpoints will tell, and it has nothing to lose yet
            LOG.warn("job {}: {}; {}", job.id(), fault.getMessage(), fault.remedy());
        }
    }

    @Override
    public void succeed(JobFacts job) {
        backlog.bringAll(job.id());
        backlog.succeed(job.id(), job.generation());
        try {
            checkpoints.store(job.store()).advance(job.id(), job.generation());
        } catch (Fault fault) {
            if (fault.code() != FaultCode.NOT_PERMITTED) {
                throw fault;
            }
            LOG.warn("job {} goes on all the same: {}", job.id(), fault.getMessage()); // its scheduler counts anew
        }
    }

    @Override
    public Examination examine(JobFacts job, OptionalInt expectedOwner) {
        refuse(tickets.obstacles(job.id()));
        return journeys.examine(root(job), expectedOwner);
    }

    private static JobRoot root(JobFacts job) {
        return new JobRoot.Below(job.init().pid(), job.privatePids());
    }

    private static void refuse(List<String> obstacles) {
        if (!obstacles.isEmpty()) {
            throw new Fault(
                    FaultCode.UNSUPPORTED_OBJECT,
                    String.join("; ", obstacles),
                    "wait until it has ended; the last checkpoint stands");
        }
    }

    @Override
    public RestartResult restart(
            JobFacts job, Place place, StoredCheckpoint checkpoint, Consumer<Fault> lost, Progress progress) {
        RestartOrder order =
                new RestartOrder(CheckpointName.of(checkpoint), OPTIONS, place.initPid(), true, lazy, false);
        FollowedJobs.Key run = new FollowedJobs.Key(root(job), job.id(), job.generation());
        LocalJourneys.Done done =
                journeys.restart(order.checkpoint(), order, new Greeted(place, lost, run, isFollowed(job)), progress);
        return new RestartResult(
                done.checkpoint(), Optional.empty(), done.total(), done.loadedBytes(), done.warnings());
    }

    @Override
    public CheckpointHistory history(JobFacts job, boolean durable) {
        return checkpoints.history(durable || job.store().isPresent() ? job.store() : backlog.directory(), job.id());
    }

    @Override
    public List<StoredCheckpoint> list(StoreQuery query) {
        return checkpoints.list(query);
    }

    @Override
    public List<String> damage(StoreQuery query) {
        Stream<DamagedCheckpoint> own = query.job().stream().flatMap(job -> backlog.damaged(job).stream());
        Stream<String> damaged =
                Stream.concat(checkpoints.damaged(query).stream(), own).map(DamagedCheckpoint::toString);
        return Stream.concat(damaged, query.job().stream().flatMap(job -> backlog.lost(job).stream()))
                .toList();
    }

    @Override
    public void delete(CheckpointName name) {
        checkpoints.store(name.store()).delete(checkpoints.find(name).id());
    }

    @Override
    public void deleteDamaged(StoreQuery query, Instant before) {
        query.job().ifPresent(job -> checkpoints.store(query.store()).deleteDamaged(job, before));
    }

    /** A place that is there already; its job sees what its init sees. */
    private record Greeted(Place place, Consumer<Fault> lost, FollowedJobs.Key run, boolean followed)
            implements LocalJourneys.PlaceSource {
        @Override
        public Place place(ImageReader image) {
            return place;
        }

        @Override
        public boolean isFollowed(StoredCheckpoint checkpoint) {
            return followed;
        }

        @Override
        public boolean isPeriodic() {
            return followed;
        }

        @Override
        public FollowedJobs.Key run(int rootPid) {
            return run;
        }

        @Override
        public void lost(Fault why) {
            lost.accept(why);
        }

        @Override
        public Path root() {
            return Path.of("/proc", Integer.toString(place.initPid()), "root");
        }

        @Override
        public List<Integer> cpus() {
            return Node.cpusOf(place.initPid());
        }
    }
}
