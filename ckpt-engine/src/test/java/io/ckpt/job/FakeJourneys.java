package io.ckpt.job;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.place.Place;
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
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** Journeys that only keep a list of checkpoints; they fail and wait when the test says so. */
final class FakeJourneys implements JobJourneys {
    final List<StoredCheckpoint> stored = new ArrayList<>();
    final List<Integer> succeeded = new ArrayList<>();
    final List<String> begun = new ArrayList<>();
    final List<String> restarted = new ArrayList<>();
    final List<String> unreadable = new ArrayList<>();
    final List<CheckpointOrder> orders = new ArrayList<>();
    CheckpointHistory history = CheckpointHistory.NONE;
    private final Map<String, Fault> bad = new HashMap<>();
    private Optional<Fault> failure = Optional.empty();
    Optional<Fault> succession = Optional.empty();
    private Optional<Fault> late = Optional.empty();
    private CountDownLatch gate = new CountDownLatch(0);
    private final CountDownLatch asked = new CountDownLatch(1);
    private boolean closesPlace;
    private Runnable failed = () -> {};
    private int count;

    static StoredCheckpoint checkpoint(String id, String job, int generation, Instant created) {
        return checkpoint(id, job, generation, JobTime.UNKNOWN, created);
    }

    static StoredCheckpoint checkpoint(String id, String job, int generation, JobTime jobTime, Instant created) {
        return new StoredCheckpoint(
                id,
                job,
                6001,
                6001,
                created,
                Path.of("/store"),
                "n1",
                1,
                1,
                Duration.ZERO,
                0,
                0,
                "stop",
                "",
                "zstd 1",
                "usual",
                generation,
                jobTime,
                true,
                List.of());
    }

    void add(String id, int generation, String created) {
        stored.add(checkpoint(id, "7", generation, Instant.parse(created)));
    }

    void spoil(String id, FaultCode code) {
        bad.put(id, new Fault(code, id + " is spoilt", "take another"));
    }

    /** As the real journey does when it fails half-way. */
    void closesPlaceOnFailure() {
        closesPlace = true;
    }

    /** What happens when a restart has failed, before that is told. */
    void whenFailed(Runnable next) {
        failed = next;
    }

    void fail(Fault fault) {
        failure = Optional.of(fault);
    }

    /** Between the moment when the checkpoint is durable and the end of the job. */
    void failOnceDurable(Fault fault) {
        late = Optional.of(fault);
    }

    /** The next checkpoint waits until {@link #open}. */
    void close() {
        gate = new CountDownLatch(1);
    }

    void open() {
        gate.countDown();
    }

    void awaitBegin() throws InterruptedException {
        asked.await();
    }

    @Override
    public void hurry(JobFacts job) {}

    @Override
    public CheckpointResult checkpoint(JobFacts job, CheckpointOrder order, Runnable leaving, Progress progress) {
        orders.add(order);
        asked.countDown();
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        failure.ifPresent(fault -> {
            throw fault;
        });
        Instant created = Instant.parse("2026-01-01T12:00:00Z").plusSeconds(count);
        StoredCheckpoint taken = checkpoint("taken-" + count++, job.id(), job.generation(), created);
        stored.add(taken);
        if (order.vacate()) {
            leaving.run();
        }
        late.ifPresent(fault -> {
            throw fault;
        });
        return new CheckpointResult(taken, Duration.ofMillis(1), List.of());
    }

    @Override
    public Examination examine(JobFacts job, OptionalInt expectedOwner) {
        throw new UnsupportedOperationException();
    }

    @Override
    public RestartResult restart(
            JobFacts job, Place place, StoredCheckpoint checkpoint, Consumer<Fault> lost, Progress progress) {
        Fault fault = bad.get(checkpoint.id());
        if (fault != null) {
            if (closesPlace) {
                place.close();
            }
            failed.run();
            throw fault;
        }
        restarted.add(checkpoint.id());
        place.run(2);
        return new RestartResult(checkpoint, Optional.empty(), Duration.ofMillis(1), 0, List.of());
    }

    @Override
    public CheckpointResult settled(CheckpointResult taken) {
        return taken;
    }

    @Override
    public void begin(JobFacts job) {
        begun.add(job.id());
    }

    @Override
    public void succeed(JobFacts job) {
        succession.ifPresent(fault -> {
            throw fault;
        });
        succeeded.add(job.generation());
    }

    @Override
    public CheckpointHistory history(JobFacts job, boolean durable) {
        return history;
    }

    @Override
    public List<StoredCheckpoint> list(StoreQuery query) {
        return List.copyOf(stored);
    }

    @Override
    public List<String> damage(StoreQuery query) {
        return unreadable;
    }

    @Override
    public void deleteDamaged(StoreQuery query, Instant before) {
        unreadable.clear();
    }

    @Override
    public void delete(CheckpointName name) {
        stored.removeIf(each -> name.selector().equals(new CheckpointName.Id(each.id())));
    }
}
