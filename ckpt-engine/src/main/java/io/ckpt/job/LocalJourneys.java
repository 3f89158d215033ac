package io.ckpt.job;

import io.ckpt.checkpoint.Checkpointer;
import io.ckpt.checkpoint.Examiner;
import io.ckpt.checkpoint.Forecast;
import io.ckpt.checkpoint.Rehearsal;
import io.ckpt.checkpoint.TimeLimit;
import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.freeze.JobRoot;
import io.ckpt.freeze.Priority;
import io.ckpt.freeze.WriteTracker;
import io.ckpt.image.Allowance;
import io.ckpt.image.Buffers;
import io.ckpt.image.Haste;
import io.ckpt.image.ImageReader;
import io.ckpt.image.Seal;
import io.ckpt.image.v1.Manifest;
import io.ckpt.image.v1.NodeFacts;
import io.ckpt.image.v1.PastCheckpoint;
import io.ckpt.kind.RestartOptions;
import io.ckpt.memory.CarriedFiles;
import io.ckpt.memory.DeltaCopy;
import io.ckpt.memory.HotMemory;
import io.ckpt.memory.MemoryStrategy;
import io.ckpt.memory.TrackedJob;
import io.ckpt.place.Place;
import io.ckpt.progress.Progress;
import io.ckpt.restart.Loading;
import io.ckpt.restart.PlaceFiles;
import io.ckpt.restart.Restarter;
import io.ckpt.store.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Both journeys on this node, between the stores and the places. */
final class LocalJourneys {
    private static final Logger LOG = LoggerFactory.getLogger(LocalJourneys.class);
    private static final int MOST_ATTEMPTS = 6;
    private static final Duration MOMENT = Duration.ofMillis(50);
    private static final int MOST_THREADS = 8;
    private static final int MOST_LINKS = 8;
    private static final int SPARE_LINKS = 2;

    /** How long what a job writes is noted for a checkpoint that somebody has to ask for. */
    private static final Duration FOLLOWED_UNASKED = Duration.ofHours(1);

    /** What one checkpoint has on its way into its image. */
    private static final long KEPT_BYTES = 64 << 20;

    private final Checkpoints checkpoints;
    private final Strategies strategies;
    private final Seal seal;
    private final Limits limits;
    private final boolean embedFiles;
    private final int threads;
    private final FollowedJobs followedJobs = new FollowedJobs(
            MOST_LINKS, CompletableFuture.delayedExecutor(FOLLOWED_UNASKED.toSeconds(), TimeUnit.SECONDS));
    private final Buffers buffers = new Buffers(KEPT_BYTES);
    private final Consolidations consolidations;
    private final AtomicBoolean rehearsed = new AtomicBoolean();
    private final Map<String, Haste> underWay = new ConcurrentHashMap<>();
    private final Set<Loading> loadings = ConcurrentHashMap.newKeySet();

    /**
     * @param limits of all checkpoints that nobody waits for
     * @param embedFiles programs and libraries go with every job
     */
    LocalJourneys(Checkpoints checkpoints, Seal seal, Limits limits, boolean embedFiles) {
        this.checkpoints = checkpoints;
        this.limits = limits;
        this.embedFiles = embedFiles;
        this.threads = Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
        this.strategies = new Strategies(threads);
        this.seal = seal;
        this.consolidations = new Consolidations(seal, threads, MOST_LINKS - SPARE_LINKS);
    }

    Store.Rewriting rewriting() {
        return consolidations.rewriting();
    }

    /**
     * Plays what a job will have to wait for, once in the life of this process. That it cannot be played says nothing of
     * the checkpoints to come.
     */
    void rehearse(int times) {
        if (!rehearsed.compareAndSet(false, true)) {
            return;
        }
        try {
            new Rehearsal(strategies.plain(), buffers).play(times);
        } catch (Fault fault) {
            LOG.info("no rehearsal: {}", fault.getMessage());
        }
    }

    /**
     * What a journey needs to know of a job to checkpoint it.
     *
     * @param born when its first run began; the epoch where that is not known
     * @param start of the first process, where nothing but its pid names the job; else 0
     * @param followed what it writes until the next checkpoint may be noted
     * @param leaving done when the checkpoint is durable, before the job that is to be vacated is ended
     */
    record Subject(
            JobRoot root,
            String id,
            int generation,
            Instant born,
            long start,
            List<Path> carried,
            boolean followed,
            Runnable leaving) {}

    CheckpointResult checkpoint(Subject job, CheckpointOrder order, Optional<Path> store, Progress progress) {
        Haste haste = new Haste();
        underWay.put(job.id(), haste);
        try {
            return checkpoint(job, order, haste, store, progress);
        } finally {
            underWay.remove(job.id(), haste);
        }
    }

    /** Somebody waits for the checkpoint of a job that is under way, if one is: it is written as fast as it goes. */
    void hurry(String job) {
        Optional.ofNullable(underWay.get(job)).ifPresent(Haste::make);
    }

    private CheckpointResult checkpoint(
            Subject job, CheckpointOrder order, Haste haste, Optional<Path> store, Progress progress) {
        long begin = System.nanoTime();
        awaitMemory(job.root(), order);
        long taken = System.nanoTime();
        CheckpointHistory history = checkpoints.history(store, job.id()).ofRun(job.start());
        long resident = ResidentMemory.bytes(job.root().pids());
        long bytes = history.expectedBytes(resident);
        Course course = Course.choose(wish(job, order, store), history, bytes);
        boolean delta = course.partial() || Strategies.wantsDelta(order, job.followed());
        TimeLimit limit = limit(order, course.forecast(), begin);
        limit.requireTimeFor(bytes);
        AtomicBoolean last = new AtomicBoolean();
        Checkpointer.Request request = new Checkpointer.Request(
                job.root(),
                job.id(),
                job.generation(),
                job.born(),
                order.expectedOwner(),
                order.vacate(),
                job.carried(),
                job.leaving(),
                limit,
                course.compression(),
                allowance(order, haste),
                embedFiles || order.embedFiles(),
                last::get,
                checkpoints.room(store));
        rehearse(1);
        Checkpointer.Result result = persistently(
                last,
                () -> delta
                        ? follow(job, request, order, checkpoints.store(store), progress)
                        : take(request, order, checkpoints.store(store), progress));
        Duration took = since(taken);
        checkpoints.remember(store, job.id(), history.with(past(result, course, job, order.vacate(), resident, took)));
        return new CheckpointResult(
                checkpoints.describe(checkpoints.directory(store), result.checkpoint()), took, result.warnings());
    }

    private Course.Wish wish(Subject job, CheckpointOrder order, Optional<Path> store) {
        boolean changesAreKnown = followedJobs.isFollowed(checkpoints.store(store), job);
        return new Course.Wish(
                order.vacate(),
                changesAreKnown && Strategies.wantsDelta(order, job.followed()),
                changesAreKnown && Strategies.mayHurry(order),
                order.level(),
                order.deadline().map(Deadline::patience),
                checkpoints.room(store));
    }

    /** Who waits for a checkpoint gets it as fast as it goes; else other work of the node comes first. */
    private Allowance allowance(CheckpointOrder order, Haste haste) {
        boolean awaited = order.vacate() || order.deadline().isPresent();
        Limits most = awaited ? order.limits() : order.limits().and(limits);
        return new Allowance(most.cpus(), most.bytesPerSecond(), awaited ? () -> {} : Priority::takeLess, haste);
    }

    private static TimeLimit limit(CheckpointOrder order, Forecast forecast, long begin) {
        return order.deadline()
                .filter(Deadline::firm)
                .map(deadline -> TimeLimit.within(deadline.patience(), forecast, begin))
                .orElseGet(TimeLimit::none);
    }

    private static PastCheckpoint past(
            Checkpointer.Result result, Course course, Subject job, boolean left, long resident, Duration took) {
        Manifest manifest = result.checkpoint().manifest().orElseThrow();
        return PastCheckpoint.newBuilder()
                .setProcessStart(job.start())
                .setPartial(manifest.getLinksCount() > 0)
                .setLeft(left)
                .setMemoryBytes(manifest.getFigures().getMemoryBytes())
                .setEmbeddedBytes(manifest.getFigures().getEmbeddedBytes())
                .setResidentBytes(resident)
                .setFrozenNs(manifest.getFigures().getFrozenNs())
                .setTotalNs(took.toNanos())
                .setLevel(course.compression().level())
                .setPlainBytes(result.effort().plainBytes())
                .setStoredBytes(result.effort().storedBytes())
                .setPackNs(result.effort().packNanos())
                .setSinkNs(result.effort().sinkNanos())
                .build();
    }

    /**
     * What stands against a checkpoint for a moment only does not come between.
     *
     * @param last set before the last attempt
     */
    private static Checkpointer.Result persistently(AtomicBoolean last, Supplier<Checkpointer.Result> attempt) {
        for (int left = MOST_ATTEMPTS - 1; ; left--) {
            last.set(left == 0);
            try {
                return attempt.get();
            } catch (Fault fault) {
                if (left == 0 || !fault.passes()) {
                    throw fault;
                }
                LOG.debug("once more: {}", fault.getMessage());
                LockSupport.parkNanos(MOMENT.toNanos());
            }
        }
    }

    /** Takes only what changed since the checkpoint before, and has what changes from now on noted. */
    private Checkpointer.Result follow(
            Subject job, Checkpointer.Request request, CheckpointOrder order, Store store, Progress progress) {
        FollowedJobs.Followed followed = followedJobs.get(job);
        synchronized (followed) {
            if (followed.rests()) {
                return take(request, order, store, progress);
            }
            try (Closing before = new Closing(followed.before(store))) {
                DeltaCopy strategy = strategies.delta(order, followed.job(), before.image());
                Checkpointer.Result result = checkpointer(strategy).checkpoint(request, store, progress);
                if (strategy.isFollowed()) {
                    followed.succeeded(result.checkpoint().id(), job.followed());
                    consolidations.later(store, result.checkpoint());
                } else {
                    followed.rest();
                }
                return result;
            } catch (Fault fault) {
                followed.lose();
                if (fault.code() != FaultCode.NOT_LIVE || order.strategy() != Strategy.AUTO) {
                    throw fault;
                }
                return checkpointer(strategies.instead(fault)).checkpoint(request, store, progress);
            } catch (RuntimeException | Error e) {
                followed.lose();
                throw e;
            }
        }
    }

    private record Closing(Optional<ImageReader> image) implements AutoCloseable {
        @Override
        public void close() {
            image.ifPresent(ImageReader::close);
        }
    }

    Examination examine(JobRoot root, OptionalInt owner) {
        rehearse(1);
        Examiner.Verdict verdict = Examiner.examine(root, owner);
        Stream<Finding> refused = verdict.refusals().stream()
                .map(each -> new Finding(
                        "pid " + each.pid() + ", " + each.object(),
                        Finding.Level.FAILURE,
                        each.reason(),
                        each.remedy()));
        Stream<Finding> told =
                verdict.warnings().stream().map(warning -> new Finding("job", Finding.Level.WARNING, warning, ""));
        return new Examination(
                Stream.concat(refused, told).toList(), verdict.processes(), verdict.threads(), verdict.frozen());
    }

    /** A job that could not be copied while it ran is stopped for the next try. */
    private Checkpointer.Result take(
            Checkpointer.Request request, CheckpointOrder order, Store store, Progress progress) {
        if (Strategies.mayWatch(order)) {
            followedJobs.letGo(request.root());
        }
        try {
            return checkpointer(strategies.of(order)).checkpoint(request, store, progress);
        } catch (Fault fault) {
            if (fault.code() != FaultCode.NOT_LIVE || order.strategy() != Strategy.AUTO) {
                throw fault;
            }
            return checkpointer(strategies.instead(fault)).checkpoint(request, store, progress);
        }
    }

    private Checkpointer checkpointer(MemoryStrategy strategy) {
        return new Checkpointer(strategy, seal, threads, buffers);
    }

    /** Where a job is to be rebuilt: there already, or started when it is known that nothing stands against it. */
    interface PlaceSource {
        Place place(ImageReader image);

        /** Root directory that the job will see. */
        Path root();

        /** CPUs that the job may run on. */
        List<Integer> cpus();

        /** Whether what the job writes from then on is noted, for its next checkpoint. */
        boolean isFollowed(StoredCheckpoint checkpoint);

        /** Whether that will be taken unasked. */
        boolean isPeriodic();

        /** The run that begins. @param rootPid the job's first process, as this node numbers it */
        FollowedJobs.Key run(int rootPid);

        /** The job ran, and is ended, for the rest of its memory cannot be had. */
        void lost(Fault why);
    }

    /** A restart that was done: what came of it, and the job's first process as this node numbers it. */
    record Done(
            StoredCheckpoint checkpoint,
            int rootPid,
            long loadedBytes,
            Optional<Loading> loading,
            Duration total,
            List<String> warnings) {}

    Done restart(CheckpointName name, RestartOrder order, PlaceSource source, Progress progress) {
        long begin = System.nanoTime();
        progress.phase(Progress.Phase.OPEN);
        io.ckpt.store.StoredCheckpoint stored = checkpoints.find(name);
        StoredCheckpoint told = checkpoints.describe(checkpoints.directory(name.store()), stored);
        ImageReader image = checkpoints.open(name.store(), stored);
        Optional<Loading> loading = Optional.empty();
        Optional<TrackedJob> noted = Optional.of(told)
                .filter(source::isFollowed)
                .filter(from -> WriteTracker.missing().isEmpty())
                .map(from -> FollowedJobs.nobody());
        HotMemory hot = order.lazy() ? checkpoints.hot(name.store(), told.job()) : HotMemory.NONE;
        try {
            PlaceFiles files = PlaceFiles.below(source.root());
            Restarter restarter = new Restarter(
                    image, new Restarter.Request(order.options(), files, threads, order.lazy(), noted, hot));
            if (!order.dryRun()) {
                CarriedFiles.restore(image);
            }
            List<String> warnings = restarter.preflight(source.cpus(), progress);
            if (order.dryRun()) {
                image.verify(threads);
                restarter.plan();
                return new Done(told, 0, 0, loading, since(begin), warnings);
            }
            Restarter.Restarted restarted = restarter.restart(source.place(image), progress);
            loading = restarted.loading();
            noted.ifPresent(job -> followedJobs.begin(source.run(restarted.rootPid()), job, told, source.isPeriodic()));
            return new Done(told, restarted.rootPid(), restarted.loadedBytes(), loading, since(begin), warnings);
        } catch (RuntimeException | Error e) {
            noted.ifPresent(TrackedJob::close);
            throw e;
        } finally {
            loading.ifPresentOrElse(rest -> follow(rest, source, name.store(), told.job(), image), image::close);
        }
    }

    private void follow(Loading loading, PlaceSource source, Optional<Path> store, String job, ImageReader image) {
        loadings.add(loading);
        loading.whenOver(source::lost, () -> {
            loadings.remove(loading);
            LOG.info("the memory of job {} is on its way no more; it waited for {} pieces of it", job, loading.waits());
            image.close();
            if (loading.waits() > 0) {
                checkpoints.remember(store, job, loading.hot());
            }
        });
    }

    /** Returns when every job has its memory. */
    void settle() {
        if (!loadings.isEmpty()) {
            LOG.info("waiting until {} restarted jobs have their memory", loadings.size());
        }
        loadings.forEach(Loading::await);
    }

    /** Pages that are not there yet would be taken for pages that are zero. */
    private void awaitMemory(JobRoot root, CheckpointOrder order) {
        Duration patience = order.deadline().map(Deadline::patience).orElse(Duration.ofNanos(Long.MAX_VALUE));
        loadings.stream().filter(loading -> loading.concerns(root.pids())).forEach(loading -> loading.await(patience));
    }

    String plan(CheckpointName name) {
        try (ImageReader image = checkpoints.open(name.store(), checkpoints.find(name))) {
            RestartOptions options = new RestartOptions(RestartOptions.FilePolicy.TRUNCATE);
            return new Restarter(image, Restarter.Request.plain(options, PlaceFiles.below(Path.of("/")), threads))
                    .plan();
        }
    }

    /** What a checkpoint expects from a node. */
    NodeFacts node(CheckpointName name) {
        try (ImageReader image = checkpoints.open(name.store(), checkpoints.find(name))) {
            return image.manifest().getNode();
        }
    }

    long verify(CheckpointName name) {
        try (ImageReader image = checkpoints.open(name.store(), checkpoints.find(name))) {
            image.verify(threads);
            return image.manifest().getFilesList().stream()
                    .mapToLong(io.ckpt.image.v1.FileEntry::getSize)
                    .sum();
        }
    }

    StoredCheckpoint consolidate(CheckpointName name) {
        return checkpoints.describe(
                checkpoints.directory(name.store()),
                consolidations.now(
                        checkpoints.store(name.store()), checkpoints.find(name).id()));
    }

    private static Duration since(long begin) {
        return Duration.ofNanos(System.nanoTime() - begin);
    }
}
