package io.ckpt.fence;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.store.StorePlace;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * This node's part in the agreement that no job runs twice.
 *
 * <p>A node beats in the shared directory; one that could not beat for the lease time stops its jobs. The others hold it
 * for dead only after twice that time, so that there is as much time again to stop them in. A generation of a job is
 * leased once, to one node; a later generation waits until the leases before it have been dropped or their holders are
 * dead, and a holder that sees a later lease than its own stops its job. Safe for threads.
 */
public final class Fence {
    private static final int BEATS_PER_LEASE = 5;
    private static final Duration LOOK = Duration.ofMillis(200);

    private final NodeIdentity node;
    private final Duration leaseTime;
    private final Pace pace;
    private final HeartbeatBoard heartbeats;
    private final LeaseBoard leases;
    private final Neighbours neighbours;
    private volatile long lastBeat;
    private volatile Optional<Fault> silence = Optional.empty();
    private long beats;

    /** @param store shared by the nodes of the cluster, which tell each other of themselves below it */
    public Fence(StorePlace store, NodeIdentity node, Duration leaseTime, Pace pace) {
        this.node = node;
        this.leaseTime = leaseTime;
        this.pace = pace;
        SharedDirectory shared = new SharedDirectory(store);
        this.heartbeats = new HeartbeatBoard(shared);
        this.leases = new LeaseBoard(shared);
        this.neighbours = new Neighbours(leaseTime.multipliedBy(2), pace);
        this.lastBeat = pace.nanoTime();
    }

    public NodeIdentity node() {
        return node;
    }

    /** Time between two beats. */
    public Duration rhythm() {
        return leaseTime.dividedBy(BEATS_PER_LEASE);
    }

    /** Says that this node lives, and looks who else does. May hang as long as the shared directory does. */
    public synchronized void beat() {
        long begun = pace.nanoTime();
        try {
            heartbeats.write(new Heartbeat(node, ++beats + System.currentTimeMillis()));
            lastBeat = begun;
            look();
            silence = Optional.empty();
        } catch (Fault fault) {
            silence = Optional.of(fault);
            throw fault;
        }
    }

    private void look() {
        neighbours.observe(heartbeats.read());
    }

    /** Why the last beat failed, when it did. */
    public Optional<Fault> silence() {
        return silence;
    }

    /** Whether this node has been silent for so long that its jobs must stop. Never blocks. */
    public boolean lost() {
        return pace.nanoTime() - lastBeat >= leaseTime.toNanos();
    }

    /**
     * Takes the lease of a generation, and waits until no earlier one can run any more.
     *
     * @param newest whether the scheduler itself calls this generation the newest; asked only where a later lease of a
     *     dead node is found, as a scheduler that counts anew leaves it
     * @throws Fault BUSY when another node has this generation or a later one, or an earlier one does not stop
     */
    public void acquire(String job, int generation, IntPredicate newest) throws InterruptedException {
        Lease wanted = new Lease(job, generation, node);
        look();
        refuseLater(wanted, newest);
        if (!leases.take(wanted)) {
            retake(wanted);
        }
        try {
            refuseLater(wanted, newest);
            awaitEarlier(wanted);
        } catch (Fault | InterruptedException e) {
            leases.drop(wanted);
            throw e;
        }
    }

    public void release(String job, int generation) {
        leases.drop(new Lease(job, generation, node));
    }

    /** Whether a later generation of the job has been leased to anybody. */
    public boolean superseded(String job, int generation) {
        return leases.of(job).stream().anyMatch(lease -> lease.generation() > generation);
    }

    /** Where a run of the job may be alive: the name of a node that has leased one and is not dead. */
    public Optional<String> holder(String job) {
        List<NodeIdentity> dead = neighbours.silent();
        return leases.of(job).stream()
                .map(Lease::holder)
                .filter(holder -> !dead.contains(holder))
                .map(NodeIdentity::name)
                .findFirst();
    }

    /** Whether a node counts as dead. */
    public boolean silent(String name) {
        return neighbours.silent().stream().anyMatch(dead -> dead.name().equals(name));
    }

    /** Remembers that the first run of a job begins now. */
    public void bear(String job, Instant now) {
        leases.bear(job, now);
    }

    public Optional<Instant> born(String job) {
        return leases.born(job);
    }

    /** Leases of nodes that are dead. */
    List<Lease> orphans() {
        List<NodeIdentity> silent = neighbours.silent();
        return silent.isEmpty()
                ? List.of()
                : leases.all().stream()
                        .filter(lease -> silent.contains(lease.holder()))
                        .toList();
    }

    /** Whether it falls to this node to speak for a dead one: to the next in the circle of names. */
    boolean speaksFor(NodeIdentity dead) {
        List<String> alive = neighbours.alive();
        return alive.stream()
                .filter(name -> name.compareTo(dead.name()) > 0)
                .findFirst()
                .or(() -> alive.stream().findFirst())
                .filter(node.name()::equals)
                .isPresent();
    }

    private void refuseLater(Lease wanted, IntPredicate newest) {
        for (Lease later : leases.of(wanted.job())) {
            if (later.generation() <= wanted.generation()) {
                continue;
            }
            if (!neighbours.dead(later.holder()) || !newest.test(wanted.generation())) {
                throw new Fault(
                        FaultCode.BUSY,
                        wanted + " is out of date: there is a " + later,
                        "nothing: the newer one goes on");
            }
            leases.drop(later);
        }
    }

    private void retake(Lease wanted) {
        Optional<NodeIdentity> holder = leases.of(wanted.job()).stream()
                .filter(lease -> lease.generation() == wanted.generation())
                .map(Lease::holder)
                .findFirst();
        if (holder.isPresent() && !holder.get().name().equals(node.name())) {
            throw new Fault(
                    FaultCode.BUSY,
                    wanted + " was leased to node " + holder.get().name(),
                    "requeue the job, so that it gets a generation of its own");
        }
        leases.drop(wanted);
        leases.take(wanted);
    }

    private void awaitEarlier(Lease wanted) throws InterruptedException {
        long end = pace.nanoTime() + leaseTime.multipliedBy(4).toNanos();
        Optional<Lease> earlier = earlier(wanted);
        while (earlier.isPresent()) {
            if (pace.nanoTime() >= end) {
                throw new Fault(
                        FaultCode.BUSY,
                        wanted + " may not run yet: " + earlier.get() + " has not stopped, and that node lives",
                        "end the job there, or stop the node, and requeue the job");
            }
            pace.pause(LOOK);
            look();
            earlier = earlier(wanted);
        }
    }

    /** An earlier lease that still counts; those of this node do not, for here the registry knows what runs. */
    private Optional<Lease> earlier(Lease wanted) {
        for (Lease lease : leases.of(wanted.job())) {
            if (lease.generation() >= wanted.generation()) {
                continue;
            }
            if (!lease.holder().name().equals(node.name()) && !neighbours.dead(lease.holder())) {
                return Optional.of(lease);
            }
            leases.drop(lease);
        }
        return Optional.empty();
    }
}
