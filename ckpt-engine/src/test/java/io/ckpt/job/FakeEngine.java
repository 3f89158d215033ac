package io.ckpt.job;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.progress.Progress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BiFunction;

/** An engine without a kernel: remembers its orders, answers from lists. */
public final class FakeEngine implements Engine {
    public static final Path STORE = Path.of("/fake/store");

    /** Id of the checkpoint it takes. */
    public static final String TAKEN = "pid-1-20260102T030405Z-7f3a";

    public final List<StoredCheckpoint> checkpoints = new ArrayList<>();
    public final List<JobStatus> jobs = new ArrayList<>();
    public final List<NodeFit> nodes = new ArrayList<>();
    public final List<Finding> findings = new ArrayList<>();
    public final BlockingQueue<CheckpointOrder> checkpointOrders = new LinkedBlockingQueue<>();
    public final BlockingQueue<RestartOrder> restartOrders = new LinkedBlockingQueue<>();
    public final List<Target> examined = new ArrayList<>();
    public final FakeJob job = new FakeJob();

    /** What a checkpoint does besides being remembered. */
    public BiFunction<CheckpointOrder, Progress, CheckpointResult> onCheckpoint = this::commit;

    /** One committed checkpoint. */
    public static StoredCheckpoint stored(String id, String job, int ownerUid) {
        return stored(id, job, ownerUid, true);
    }

    /** One that only this node has. */
    public static StoredCheckpoint local(String id, String job) {
        return stored(id, job, 0, false);
    }

    private static StoredCheckpoint stored(String id, String job, int ownerUid, boolean durable) {
        return new StoredCheckpoint(
                id,
                job,
                ownerUid,
                ownerUid,
                Instant.parse("2026-01-02T03:04:05Z"),
                STORE,
                "n1",
                2,
                5,
                Duration.ofMillis(12),
                256 << 20,
                100 << 20,
                "stop",
                "the job leaves",
                "zstd 1",
                "usual",
                0,
                JobTime.UNKNOWN,
                durable,
                List.of());
    }

    /** One running job. */
    public static JobStatus running(String id, int ownerUid) {
        return new JobStatus(
                id,
                ownerUid,
                JobStatus.State.RUNNING,
                4711,
                1,
                Instant.parse("2026-01-02T03:04:05Z"),
                Optional.of(new Rhythm(Duration.ofMinutes(10), "the site's least")),
                2,
                Optional.of("aaa"),
                Optional.of(Instant.parse("2026-01-02T04:04:05Z")),
                Optional.empty(),
                List.of(),
                new NextCheckpoint(Optional.of(Duration.ofMillis(3100)), Optional.of(Duration.ofSeconds(30))),
                "");
    }

    @Override
    public CheckpointResult checkpoint(CheckpointOrder order, Progress progress) {
        checkpointOrders.add(order);
        return onCheckpoint.apply(order, progress);
    }

    /** Passes through all phases of a checkpoint and commits. */
    public CheckpointResult commit(CheckpointOrder order, Progress progress) {
        progress.phase(Progress.Phase.FREEZE);
        progress.phase(Progress.Phase.COPY);
        progress.bytes(256 << 20, 256 << 20);
        progress.phase(Progress.Phase.COMMIT);
        StoredCheckpoint taken = stored(TAKEN, "pid-1", order.expectedOwner().orElse(0));
        checkpoints.add(taken);
        return new CheckpointResult(taken, Duration.ofMillis(900), List.of("output.log is also written by pid 9"));
    }

    @Override
    public void settle() {}

    @Override
    public RestartResult restart(RestartOrder order, Progress progress) {
        restartOrders.add(order);
        progress.phase(Progress.Phase.OPEN);
        progress.phase(Progress.Phase.RELEASE);
        Optional<RunningJob> running = order.dryRun() ? Optional.empty() : Optional.of(job);
        return new RestartResult(show(order.checkpoint()), running, Duration.ofMillis(800), 256 << 20, List.of());
    }

    @Override
    public List<StoredCheckpoint> list(StoreQuery query) {
        return checkpoints.stream()
                .filter(checkpoint -> query.job().map(checkpoint.job()::equals).orElse(true))
                .toList();
    }

    @Override
    public List<DamagedCheckpoint> damaged(StoreQuery query) {
        return damaged.entrySet().stream()
                .map(each -> new DamagedCheckpoint(
                        each.getKey(), "4711", Instant.MAX, OptionalInt.of(each.getValue()), "a bit was flipped"))
                .toList();
    }

    @Override
    public StoredCheckpoint show(CheckpointName name) {
        if (damaged.containsKey(name.toString())) {
            throw new Fault(FaultCode.IMAGE_DAMAGED, name + " is damaged", "take another");
        }
        return checkpoints.stream()
                .filter(name.selector()::matches)
                .reduce((older, newer) -> newer)
                .orElseThrow(() -> new Fault(FaultCode.NOT_FOUND, "no checkpoint " + name, "see ckptctl list"));
    }

    /** Checkpoints that are damaged, and whose they are. */
    public final Map<String, Integer> damaged = new HashMap<>();

    @Override
    public OptionalInt owner(CheckpointName name) {
        return damaged.containsKey(name.toString())
                ? OptionalInt.of(damaged.get(name.toString()))
                : OptionalInt.empty();
    }

    @Override
    public String plan(CheckpointName name) {
        return "openat(AT_FDCWD, \"/data\", O_RDONLY) = 3\nclose(3) = 0\n";
    }

    @Override
    public long verify(CheckpointName name) {
        return show(name).storedBytes();
    }

    @Override
    public StoredCheckpoint consolidate(CheckpointName name) {
        return show(name);
    }

    @Override
    public void delete(CheckpointName name) {
        if (damaged.remove(name.toString()) == null) {
            checkpoints.remove(show(name));
        }
    }

    @Override
    public List<NodeFit> nodes(CheckpointName name) {
        show(name);
        return nodes;
    }

    @Override
    public List<JobStatus> jobs() {
        return jobs;
    }

    @Override
    public Examination examine(Target target, OptionalInt expectedOwner) {
        examined.add(target);
        return new Examination(findings, 2, 5, Duration.ofMillis(7));
    }

    @Override
    public List<Finding> doctor() {
        return findings;
    }

    /** A job that ends when the test says so. */
    public static final class FakeJob implements RunningJob {
        public final BlockingQueue<Integer> signals = new LinkedBlockingQueue<>();
        public final BlockingQueue<Integer> exitStatus = new LinkedBlockingQueue<>();

        @Override
        public int rootPid() {
            return 4711;
        }

        @Override
        public void signal(int number) {
            signals.add(number);
        }

        @Override
        public int await() throws InterruptedException {
            return exitStatus.take();
        }
    }
}
