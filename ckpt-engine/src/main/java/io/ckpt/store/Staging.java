package io.ckpt.store;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.image.ImageReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checkpoints of a node's own store on their way to the shared one. What has not arrived yet is told by the own store
 * alone, where a checkpoint that has is marked: so nothing is forgotten when this process dies. Safe for threads.
 */
public final class Staging {
    private static final Logger LOG = LoggerFactory.getLogger(Staging.class);

    /** How many that need no other are kept while none is durable. */
    private static final int STANDING = 2;

    private final DirectoryStore own;
    private final DirectoryStore shared;
    private final Arrivals arrivals;
    private final String user;
    private final Store.Rewriting rewriting;
    private final Carrier carrier;
    private final Claim claim;
    private final Map<String, Object> turns = new ConcurrentHashMap<>();

    /** Brings bytes from one file to another; may take its time. */
    public interface Carrier {
        void carry(FileChannel from, FileChannel into) throws IOException;
    }

    /** What is being carried of each job. */
    private final Map<String, String> underway = new ConcurrentHashMap<>();

    /**
     * @param user whose the own store is: a ckptd of the same name goes on with it
     * @param rewriting has a checkpoint stand alone, where the shared store lacks what it needs
     * @param carrier of images, as fast as it may
     */
    public Staging(DirectoryStore own, DirectoryStore shared, String user, Store.Rewriting rewriting, Carrier carrier) {
        this.own = own;
        this.shared = shared;
        this.arrivals = shared.arrivals();
        this.user = user;
        this.rewriting = rewriting;
        this.carrier = carrier;
        this.claim = own.claim();
    }

    /** Makes the own store ours, before something is written to it. */
    public void claim() {
        claim.take(user);
    }

    /** By which the own store is told from another; empty before it was {@link #claim claimed}. */
    public String mark() {
        return claim.mark();
    }

    /** Lets just one generation of a job write to the own store, whatever a former job of the same name has left there. */
    public void begin(String job, int generation) {
        own.reset(job, generation);
    }

    /** Jobs of which something may lie in the own store. */
    public List<String> jobs() {
        claim.require(user);
        return own.jobs();
    }

    /** Whether something of a job lies in the own store, or did and was not forgotten. */
    public boolean knows(String job) {
        return own.knows(job);
    }

    /** What is durable is removed from the own store, so the shared one must be another, and be there. */
    private void requireTwoStores() {
        claim.require(user);
        if (own.isSame(shared)) {
            throw new Fault(
                    FaultCode.CONFIGURATION,
                    "the store of this node is the shared store itself",
                    "give LocalStore a directory on a disk of this node, or leave it out");
        }
        shared.enter();
    }

    /** Good checkpoints of a job that the shared store does not have yet, oldest first. */
    public List<StoredCheckpoint> waiting(String job) {
        claim.require(user);
        return good(job).stream().filter(each -> !own.isMarkedDurable(each)).toList();
    }

    /** Those of a job that are damaged where they lie. */
    public List<StoredCheckpoint> damaged(String job) {
        claim.require(user);
        return own.list(job).stream().filter(each -> !each.isGood()).toList();
    }

    /** @throws Fault what keeps the own store, or a checkpoint of a job in it, from being read, be it for a moment only */
    public void requireLegible(String job) {
        damaged(job).forEach(StoredCheckpoint::requireDamage);
    }

    private List<StoredCheckpoint> newestFirst(String job) {
        List<StoredCheckpoint> waiting = new ArrayList<>(waiting(job));
        Collections.reverse(waiting);
        return waiting;
    }

    private List<StoredCheckpoint> good(String job) {
        return own.list(job).stream()
                .filter(StoredCheckpoint::isGood)
                .sorted(StoredCheckpoint.BY_AGE)
                .toList();
    }

    /**
     * Brings one checkpoint of a job over, the newest whose links are there already; older ones need not come any more
     * then. Those of a run that is over never come.
     *
     * @return what has arrived; nothing when nothing waits
     */
    public Optional<StoredCheckpoint> bringNext(String job) {
        requireTwoStores();
        synchronized (turn(job)) {
            dropUseless(job);
            List<StoredCheckpoint> newestFirst = newestFirst(job);
            Optional<StoredCheckpoint> next =
                    newestFirst.stream().filter(arrivals::holdsLinksOf).findFirst();
            return next.or(() -> newestFirst.stream().findFirst()).map(this::bringUnlessDamaged);
        }
    }

    /**
     * Brings just this one, unless it has arrived before.
     *
     * @param asGood whether another that is durable may take its place, where it was needless: a newer one of its run
     */
    public StoredCheckpoint bring(String id, Predicate<StoredCheckpoint> asGood) {
        requireTwoStores();
        String job = CheckpointName.parse(id).job();
        synchronized (turn(job)) {
            return waiting(job).stream()
                    .filter(checkpoint -> checkpoint.id().equals(id))
                    .findFirst()
                    .map(this::carry)
                    .orElseGet(() -> durable(job, id, asGood));
        }
    }

    private StoredCheckpoint durable(String job, String id, Predicate<StoredCheckpoint> asGood) {
        List<StoredCheckpoint> good =
                shared.list(job).stream().filter(StoredCheckpoint::isGood).toList();
        return good.stream()
                .filter(each -> each.id().equals(id))
                .findFirst()
                .or(() -> good.stream().filter(asGood).max(StoredCheckpoint.BY_AGE))
                .orElseThrow(() -> CheckpointName.notFound("checkpoint " + id + " is no longer there"));
    }

    private Object turn(String job) {
        return turns.computeIfAbsent(job, any -> new Object());
    }

    private StoredCheckpoint carry(StoredCheckpoint checkpoint) {
        underway.put(checkpoint.job(), checkpoint.id());
        try {
            return carryAlone(checkpoint);
        } finally {
            underway.remove(checkpoint.job());
        }
    }

    private StoredCheckpoint carryAlone(StoredCheckpoint checkpoint) {
        StoredCheckpoint whole =
                arrivals.holdsLinksOf(checkpoint) ? checkpoint : own.consolidate(checkpoint.id(), rewriting);
        StoredCheckpoint arrived = arrivals.receive(whole, carrier, () -> own.has(whole));
        own.markDurable(whole);
        return arrived;
    }

    /** What cannot be read where it lies is of no use, and must not stand in the way of others. */
    private StoredCheckpoint bringUnlessDamaged(StoredCheckpoint checkpoint) {
        try {
            return carry(checkpoint);
        } catch (Fault fault) {
            if (fault.code() == FaultCode.IMAGE_DAMAGED && isDamaged(checkpoint)) {
                LOG.error("checkpoint {} is deleted, for it is damaged: {}", checkpoint.id(), fault.getMessage());
                own.deleteIfThere(checkpoint.id());
            }
            throw fault;
        }
    }

    private boolean isDamaged(StoredCheckpoint checkpoint) {
        try (ImageReader image = own.open(checkpoint)) {
            image.verify(1);
            return false;
        } catch (Fault fault) {
            return fault.code() == FaultCode.IMAGE_DAMAGED;
        }
    }

    /** What is older than the newest that is durable, or of a run after which another has begun. */
    private void dropUseless(String job) {
        List<StoredCheckpoint> waiting = waiting(job);
        if (waiting.isEmpty()) {
            return;
        }
        List<StoredCheckpoint> durable =
                shared.list(job).stream().filter(StoredCheckpoint::isGood).toList();
        for (StoredCheckpoint each : waiting) {
            if (!shared.isCurrent(job, each.generation())) {
                LOG.warn("checkpoint {} is deleted: another run of its job has begun since", each.id());
                own.deleteIfThere(each.id());
            } else if (durable.stream().anyMatch(each::isReplacedBy)) {
                own.deleteIfThere(each.id());
            }
        }
    }

    /**
     * Removes from the own store what newer ones of it have replaced, however long the shared one cannot be had. What was
     * taken since the last but one of its run that stands alone is kept, for the last may turn out to be damaged; and so is
     * what is being carried, or a store that is slow would never get anything.
     */
    public void dropReplaced(String job) {
        List<StoredCheckpoint> waiting = waiting(job);
        waiting.stream()
                .filter(each -> !each.id().equals(underway.get(job)))
                .filter(each -> standing(waiting, each) >= STANDING)
                .forEach(each -> own.deleteIfThere(each.id()));
        own.sweep(job);
    }

    /** How many that need no other have replaced one. */
    private static long standing(List<StoredCheckpoint> all, StoredCheckpoint replaced) {
        return all.stream()
                .filter(StoredCheckpoint::standsAlone)
                .filter(replaced::isReplacedBy)
                .count();
    }

    /**
     * Removes from the own store what is durable.
     *
     * @param runs whether the job runs here: its next checkpoint may take from the newest, which is kept
     */
    public void settle(String job, boolean runs) {
        requireTwoStores();
        List<StoredCheckpoint> good = good(job);
        for (int i = 0; i < good.size(); i++) {
            boolean kept = runs && i == good.size() - 1;
            if (!kept && own.isMarkedDurable(good.get(i))) {
                own.deleteIfThere(good.get(i).id());
            }
        }
        if (!runs && good(job).isEmpty()) {
            damaged(job).forEach(this::drop);
            own.forget(job);
        }
        own.sweep(job);
    }

    private void drop(StoredCheckpoint damaged) {
        damaged.requireDamage();
        LOG.error(
                "checkpoint {} is deleted: {}",
                damaged.id(),
                damaged.damage().orElseThrow().getMessage());
        own.deleteIfThere(damaged.id());
    }

    /** Deletes a checkpoint wherever it is; whether it was in the own store. */
    public boolean delete(String id) {
        boolean here = own.deleteIfThere(id);
        if (here) {
            shared.deleteIfThere(id);
        }
        return here;
    }
}
