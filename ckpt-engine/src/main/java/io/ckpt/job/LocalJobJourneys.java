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
import java.util.function.Consumer;

/** The journeys of this node for jobs that live below the init of a ckpt-run. */
final class LocalJobJourneys implements JobJourneys {
    private static final RestartOptions OPTIONS = new RestartOptions(FilePolicy.TRUNCATE);

    private final LocalJourneys journeys;
    private final Checkpoints checkpoints;
    private final Tickets tickets;
    private final boolean delta;
    private final boolean lazy;

    LocalJobJourneys(LocalJourneys journeys, Checkpoints checkpoints, Tickets tickets, boolean delta, boolean lazy) {
        this.journeys = journeys;
        this.checkpoints = checkpoints;
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
                tickets.carried(job.id()),
                delta && job.interval().isPresent(),
                leaving);
        return journeys.checkpoint(subject, order, order.store().or(job::store), progress);
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
        LocalJourneys.Done done = journeys.restart(order.checkpoint(), order, new Greeted(place, lost), progress);
        return new RestartResult(
                done.checkpoint(), Optional.empty(), done.total(), done.loadedBytes(), done.warnings());
    }

    @Override
    public CheckpointHistory history(JobFacts job) {
        return checkpoints.history(job.store(), job.id());
    }

    @Override
    public List<StoredCheckpoint> list(StoreQuery query) {
        return checkpoints.list(query);
    }

    @Override
    public List<String> damage(StoreQuery query) {
        return checkpoints.damaged(query).stream()
                .map(DamagedCheckpoint::toString)
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
    private record Greeted(Place place, Consumer<Fault> lost) implements LocalJourneys.PlaceSource {
        @Override
        public Place place(ImageReader image) {
            return place;
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
