package io.ckpt.checkpoint;

import com.google.protobuf.Timestamp;
import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.freeze.DirectChannel;
import io.ckpt.freeze.FileData;
import io.ckpt.freeze.Freezer;
import io.ckpt.freeze.FrozenJob;
import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.JobRoot;
import io.ckpt.freeze.Node;
import io.ckpt.freeze.NodeClocks;
import io.ckpt.freeze.PageCache;
import io.ckpt.freeze.WrittenFiles;
import io.ckpt.image.Allowance;
import io.ckpt.image.Buffers;
import io.ckpt.image.Compression;
import io.ckpt.image.Effort;
import io.ckpt.image.ImageWriter;
import io.ckpt.image.Seal;
import io.ckpt.image.v1.Clocks;
import io.ckpt.image.v1.Figures;
import io.ckpt.image.v1.Manifest;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ProcessTime;
import io.ckpt.memory.CarriedFiles;
import io.ckpt.memory.CopyFigures;
import io.ckpt.memory.EmbeddedFiles;
import io.ckpt.memory.MemoryStrategy;
import io.ckpt.memory.PageRun;
import io.ckpt.memory.PageSource;
import io.ckpt.procfs.ProcStatus;
import io.ckpt.procfs.TimeOffsets;
import io.ckpt.progress.Meter;
import io.ckpt.progress.Progress;
import io.ckpt.store.PendingCheckpoint;
import io.ckpt.store.Store;
import io.ckpt.store.StoredCheckpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;

/**
 * The journey of a checkpoint. Whatever fails, the job goes on as it was and the checkpoint before stays the newest.
 */
public final class Checkpointer {
    private static final Duration FREEZE_LIMIT = Duration.ofSeconds(10);

    private final MemoryStrategy strategy;
    private final Seal seal;
    private final int threads;
    private final Buffers buffers;

    /**
     * @param strategy for one checkpoint
     * @param buffers that checkpoints share one after the other
     */
    public Checkpointer(MemoryStrategy strategy, Seal seal, int threads, Buffers buffers) {
        this.strategy = strategy;
        this.seal = seal;
        this.threads = threads;
        this.buffers = buffers;
    }

    /**
     * What is to be checkpointed.
     *
     * @param jobId name in the store
     * @param generation restart count of the job
     * @param born when its first run began; the epoch where that is not known
     * @param owner uid that every process must carry; empty for anybody's
     * @param vacate end the job once the checkpoint is durable
     * @param carried files and directories of this node that go with the job
     * @param leaving done when the checkpoint is durable, before the job that is to be vacated is ended
     * @param allowance what it may take while the job runs
     * @param embedFiles programs and libraries go with the job, where there is room for them
     * @param insists whether there will be no other try: what others could tell is done rather than refused
     * @param room bytes that are free in the store
     */
    public record Request(
            JobRoot root,
            String jobId,
            int generation,
            Instant born,
            OptionalInt owner,
            boolean vacate,
            List<Path> carried,
            Runnable leaving,
            TimeLimit limit,
            Compression compression,
            Allowance allowance,
            boolean embedFiles,
            BooleanSupplier insists,
            long room) {}

    /** A checkpoint that was taken. */
    public record Result(StoredCheckpoint checkpoint, List<String> warnings, Effort effort) {}

    public Result checkpoint(Request request, Store store, Progress progress) {
        try (strategy;
                PendingCheckpoint pending = store.begin(request.jobId(), request.generation());
                ImageWriter image = new ImageWriter(pending.image(), pending.createImage(), pending.time(), buffers)) {
            image.behind(PageCache::beginWriting);
            image.pack(request.compression());
            image.whenRaw(DirectChannel::new);
            image.allow(request.allowance());
            strategy.prepare();
            strategy.copyAhead(request.root(), image);
            request.limit().requireTime();
            Node node = Node.here();
            progress.phase(Progress.Phase.FREEZE);
            image.hurry(true);
            try (FrozenJob job = request.root().freeze(new Freezer(), FREEZE_LIMIT)) {
                requireOwner(job, request.owner());
                progress.phase(Progress.Phase.DESCRIBE);
                Description description = job.whileHeld(() -> Describer.describe(
                        job,
                        node.cpus(),
                        request.embedFiles(),
                        request.insists().getAsBoolean()));
                List<String> warnings = new ArrayList<>(description.warnings());
                Manifest.Builder manifest = manifest(request, pending, job, node, description);
                List<PageRun> runs = runs(description);
                long room = request.room() - image.storedBytes() - strategy.toStore(runs);
                EmbeddedFiles.Choice files = EmbeddedFiles.choose(description.embedded(), room, image::knownBytes);
                warnings.addAll(files.leftOut());
                long bytes = PageRun.bytes(runs) + files.bytes();
                request.limit().requireTimeFor(bytes);
                image.tell(new Meter(new Timed(progress, request.limit()), bytes));
                progress.phase(Progress.Phase.COPY);
                CarriedFiles.store(request.carried(), manifest, image);
                try (EmbeddedFiles embedded = EmbeddedFiles.of(files);
                        MemoryStrategy.Copy copy = strategy.begin(runs, image);
                        WrittenFiles written = WrittenFiles.of(description.written())) {
                    if (!request.vacate()) {
                        progress.phase(Progress.Phase.THAW);
                        copy.thaw(job);
                        image.hurry(false);
                    }
                    written.reopen();
                    description.objects().forEach(image::add);
                    manifest.setFigures(figures(job.frozenNanos(), copy.finish(), request.compression())
                            .setEmbeddedBytes(files.bytes()));
                    warnings.addAll(embedded.store(image, threads));
                    request.limit().requireTime();
                    progress.phase(Progress.Phase.COMMIT);
                    warnings.addAll(written.sync());
                }
                image.finish(manifest, seal);
                image.close();
                request.limit().requireTime();
                long durable = System.nanoTime();
                StoredCheckpoint checkpoint = pending.commit();
                Effort effort = image.effort(threads).and(System.nanoTime() - durable);
                if (request.vacate()) {
                    request.leaving().run();
                    job.kill();
                }
                return new Result(checkpoint, warnings, effort);
            }
        }
    }

    /** A pid may have passed to somebody else since the request was authorised. */
    static void requireOwner(FrozenJob job, OptionalInt owner) {
        if (owner.isPresent() && job.processes().stream().anyMatch(process -> !belongsTo(process, owner.getAsInt()))) {
            throw new Fault(FaultCode.NOT_FOUND, "there is no such job of yours", "look at 'ckptctl status'");
        }
    }

    private static boolean belongsTo(FrozenProcess process, int owner) {
        ProcStatus.Identity uid = process.procStatus().uid();
        return uid.real() == owner && uid.effective() == owner && uid.saved() == owner;
    }

    static List<PageRun> runs(Description description) {
        List<PageRun> runs = new ArrayList<>();
        for (Description.Content content : description.contents()) {
            PageSource source = PageSource.of(content.file());
            FileData.ranges(content.file(), content.length())
                    .forEach(range ->
                            runs.add(new PageRun(content.id().toString(), source, range.start(), range.length())));
        }
        for (Description.Pages pages : description.pages()) {
            PageSource source = pages.source();
            pages.own()
                    .forEach(range ->
                            runs.add(new PageRun(pages.id().toString(), source, range.start(), range.length())));
            pages.forAll()
                    .forEach(range -> runs.add(
                            new PageRun(ObjectId.commonMemory().toString(), source, range.start(), range.length())));
        }
        return runs;
    }

    private static Manifest.Builder manifest(
            Request request, PendingCheckpoint pending, FrozenJob job, Node node, Description description) {
        FrozenProcess first = job.processes().get(0);
        ProcStatus status = first.procStatus();
        return Manifest.newBuilder()
                .setCheckpointId(pending.id())
                .setJobId(request.jobId())
                .setGeneration(request.generation())
                .setJobBorn(timestamp(request.born()))
                .setOwnerUid(status.uid().real())
                .setOwnerGid(status.gid().real())
                .setNode(node.facts())
                .setClocks(clocks(living(job)))
                .addAllProcesses(description.processes())
                .addAllGoneLeaders(description.goneLeaders())
                .setPrivatePidNamespace(request.root().isPrivate());
    }

    private static Timestamp timestamp(Instant time) {
        return Timestamp.newBuilder()
                .setSeconds(time.getEpochSecond())
                .setNanos(time.getNano())
                .build();
    }

    /** One that is not a mere zombie; there is one. */
    private static FrozenProcess living(FrozenJob job) {
        return job.processes().stream()
                .filter(process -> !process.isZombie())
                .findFirst()
                .orElseThrow();
    }

    private static Clocks clocks(FrozenProcess process) {
        TimeOffsets offsets = ProcessTime.offsets(process);
        NodeClocks now = NodeClocks.now();
        return Clocks.newBuilder()
                .setMonotonicNs(now.monotonic() + offsets.monotonic())
                .setBoottimeNs(now.boottime() + offsets.boottime())
                .setRealtimeNs(System.currentTimeMillis() * 1_000_000)
                .build();
    }

    private static Figures.Builder figures(long frozenNanos, CopyFigures copied, Compression compression) {
        return Figures.newBuilder()
                .setFrozenNs(frozenNanos)
                .setMemoryBytes(copied.readBytes())
                .setZeroBytes(copied.zeroBytes())
                .setStoredBytes(copied.storedBytes())
                .setStrategy(copied.strategy())
                .setStrategyReason(copied.reason())
                .setCompression(compression.name())
                .setCompressionReason(compression.reason());
    }
}
