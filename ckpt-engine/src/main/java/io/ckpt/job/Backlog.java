package io.ckpt.job;

import io.ckpt.fault.Fault;
import io.ckpt.store.Staging;
import io.ckpt.store.StoredCheckpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checkpoints that only this node has, in its own store, and how they come to the shared one. What fails is told with the
 * job's status and tried again. A node without a store of its own never has any. Safe for threads.
 */
public final class Backlog {
    private static final Logger LOG = LoggerFactory.getLogger(Backlog.class);
    private static final Duration FIRST_REST = Duration.ofSeconds(2);
    private static final Duration LONGEST_REST = Duration.ofMinutes(2);

    /** What went wrong last with a job, and until when it is left alone. */
    private record Trouble(Fault fault, Duration rest, long until) {
        boolean rests() {
            return System.nanoTime() - until < 0;
        }
    }

    private final Optional<OwnStore> store;
    /** On the way to the shared store. */
    private final Map<String, Trouble> troubles = new ConcurrentHashMap<>();

    /** With the node's own store. */
    private final Map<String, Fault> avoided = new ConcurrentHashMap<>();

    /** What is gone from the node's own store, and has not been replaced since. */
    private final Map<String, String> lost = new ConcurrentHashMap<>();

    /** Why the own store cannot be read; is told once. */
    private volatile String illegible = "";

    Backlog(Optional<OwnStore> store) {
        this.store = store;
    }

    /** Of a node without a store of its own. */
    public static Backlog none() {
        return new Backlog(Optional.empty());
    }

    /** In the node's own store, where it has one with room for so much of a job; the caller closes it. */
    Optional<OwnStore.Room> roomFor(String job, long bytes) {
        try {
            return store.map(own -> own.room(job, bytes));
        } catch (Fault fault) {
            avoid(job, fault);
            return Optional.empty();
        }
    }

    Optional<Path> directory() {
        return store.map(OwnStore::directory);
    }

    /** A job begins here: it has nothing to do with others of its name. */
    void begin(String job, int generation) {
        lost.remove(job);
        succeed(job, generation);
    }

    /** A run of a job begins here: what others have left in the node's own store does not keep it from writing. */
    void succeed(String job, int generation) {
        attempt(job, own -> own.forget(job));
        attempt(job, own -> own.staging().begin(job, generation));
    }

    /** What only this node has of a job, oldest first; nothing where its store cannot be read. */
    List<StoredCheckpoint> of(String job) {
        return legible(own -> own.waiting(job));
    }

    /** What is gone from here is told once, and holds nobody up. */
    private void tellLost(String job) {
        legible(own -> own.takeLost(job).stream().toList()).forEach(id -> {
            LOG.error(goneFromHere(id));
            lost.put(job, id);
        });
    }

    private String goneFromHere(String id) {
        return "checkpoint " + id + " is gone: it was on this node only, and "
                + directory().orElseThrow() + " has been emptied since";
    }

    /** That its newest checkpoint is gone from here, in a full clause. */
    Optional<String> lost(String job) {
        return Optional.ofNullable(lost.get(job))
                .or(() ->
                        legible(own -> own.lost(job).stream().toList()).stream().findFirst())
                .map(this::goneFromHere);
    }

    /** Whether this node alone has checkpoints of a job, as far as it knows when it cannot read its store. */
    boolean waits(String job) {
        return !of(job).isEmpty() || isHidden(job);
    }

    private boolean isHidden(String job) {
        return store.filter(own -> own.hides(job)).isPresent();
    }

    /** @throws Fault IO_ERROR where this node alone has checkpoints of a job, and cannot read them */
    void requireLegible(String job) {
        store.filter(own -> own.isNoted(job)).ifPresent(own -> own.requireLegible(job));
    }

    /** The same of all jobs. */
    void requireLegible() {
        noted().forEach(this::requireLegible);
    }

    private List<String> noted() {
        return store.map(OwnStore::noted).orElse(List.of());
    }

    /** Those of a job that are damaged where they lie, on this node only. */
    List<DamagedCheckpoint> damaged(String job) {
        return legible(own -> own.staging().damaged(job).stream()
                .map(each -> new DamagedCheckpoint(
                        each.id(),
                        each.job(),
                        each.begun(),
                        OptionalInt.empty(),
                        each.damage().orElseThrow().getMessage()))
                .toList());
    }

    /** The same of one job, or of all. */
    List<StoredCheckpoint> of(Optional<String> job) {
        return job.map(List::of).orElseGet(this::jobs).stream()
                .flatMap(each -> of(each).stream())
                .toList();
    }

    boolean isEmpty() {
        return of(Optional.empty()).isEmpty();
    }

    /** Jobs of which something may lie in the node's own store; where that cannot be read, those of which something did. */
    List<String> jobs() {
        List<String> legible = legible(own -> own.staging().jobs());
        return illegible.isEmpty() ? legible : noted();
    }

    private <T> List<T> legible(Function<OwnStore, List<T>> question) {
        try {
            List<T> answer = store.map(question).orElse(List.of());
            illegible = "";
            return answer;
        } catch (Fault fault) {
            if (!illegible.equals(fault.getMessage())) {
                illegible = fault.getMessage();
                LOG.error("{}; {}", fault.getMessage(), fault.remedy());
            }
            return List.of();
        }
    }

    /** What went wrong last, as long as nothing went right since. */
    Optional<Fault> trouble(String job) {
        return Optional.ofNullable(troubles.get(job))
                .map(Trouble::fault)
                .or(() -> Optional.ofNullable(avoided.get(job)));
    }

    /** Says that a checkpoint was not taken into the node's own store because of that store. */
    void avoid(String job, Fault fault) {
        LOG.error("job {}: {}; {}", job, fault.getMessage(), fault.remedy());
        avoided.put(job, fault);
    }

    /** Says that one was: it may replace others. */
    void use(String job) {
        avoided.remove(job);
        lost.remove(job);
        of(job);
        attempt(job, own -> own.staging().dropReplaced(job));
    }

    private void attempt(String job, Consumer<OwnStore> work) {
        try {
            store.ifPresent(work);
        } catch (Fault fault) {
            LOG.warn("job {}: {}; {}", job, fault.getMessage(), fault.remedy());
        }
    }

    private void tell(String job, Fault fault) {
        LOG.error("job {}: {}; {}", job, fault.getMessage(), fault.remedy());
        troubles.compute(job, (name, last) -> trouble(fault, last));
    }

    private static Trouble trouble(Fault fault, Trouble last) {
        Duration longer = last == null ? FIRST_REST : last.rest().multipliedBy(2);
        Duration rest = longer.compareTo(LONGEST_REST) > 0 ? LONGEST_REST : longer;
        return new Trouble(fault, rest, System.nanoTime() + rest.toNanos());
    }

    /**
     * Brings one checkpoint of each job to the shared store.
     *
     * @param runs whether a job runs on this node
     * @param arrived told of jobs of which one has come there
     */
    void round(Predicate<String> runs, Consumer<String> arrived) {
        legible(OwnStore::noted).stream().filter(job -> !isHidden(job)).forEach(job -> {
            of(job);
            tellLost(job);
        });
        store.ifPresent(own -> jobs().stream()
                .filter(job -> !Optional.ofNullable(troubles.get(job))
                        .filter(Trouble::rests)
                        .isPresent())
                .forEach(job -> round(own.staging(), job, runs, arrived)));
    }

    private void round(Staging staging, String job, Predicate<String> runs, Consumer<String> arrived) {
        try {
            Optional<StoredCheckpoint> next = staging.bringNext(job);
            of(job);
            staging.settle(job, runs.test(job));
            troubles.remove(job);
            next.ifPresent(checkpoint -> {
                LOG.info("checkpoint {} is durable", checkpoint.id());
                arrived.accept(job);
            });
        } catch (Fault fault) {
            tell(job, fault);
        }
    }

    /**
     * Brings all that waits of a job.
     *
     * @throws Fault IO_ERROR where this node alone has checkpoints of it, and cannot read them
     */
    void bringAll(String job) {
        requireLegible(job);
        tellLost(job);
        store.ifPresent(own -> {
            while (!of(job).isEmpty() && own.staging().bringNext(job).isPresent()) {
                troubles.remove(job);
            }
        });
    }

    /** Brings one that only this node has; see {@link Staging#bring}. */
    StoredCheckpoint bring(String id, Predicate<StoredCheckpoint> asGood) {
        return store.orElseThrow().staging().bring(id, asGood);
    }

    /** Deletes a checkpoint here and in the shared store; whether it was here. */
    boolean delete(String id) {
        return store.map(own -> own.staging().delete(id)).orElse(false);
    }
}
