package io.ckpt.fence;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.scheduler.JobRecord;
import io.ckpt.scheduler.JobRecord.State;
import io.ckpt.scheduler.NodeHealth;
import io.ckpt.scheduler.Scheduler;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Speaks for a dead node: tells the scheduler that it is down, and lets its protected jobs start elsewhere at once. It
 * does so only when the node's leases have run out, so that its own daemon has stopped its jobs if it still could, and
 * the scheduler does not reach it either. Not safe for threads.
 */
public final class NodeWatch {
    private static final Logger LOG = LoggerFactory.getLogger(NodeWatch.class);

    private final Fence fence;
    private final Scheduler scheduler;
    private final Set<Lease> settled = new HashSet<>();

    public NodeWatch(Fence fence, Scheduler scheduler) {
        this.fence = fence;
        this.scheduler = scheduler;
    }

    /** One look; what the scheduler cannot answer now is asked again at the next. */
    public void look() {
        List<Lease> orphans = fence.orphans();
        settled.retainAll(orphans);
        orphans.stream()
                .filter(lease -> !settled.contains(lease) && fence.speaksFor(lease.holder()))
                .forEach(this::care);
    }

    private void care(Lease orphan) {
        try {
            if (isDown(orphan.holder().name()) && isSettled(orphan)) {
                settled.add(orphan);
            }
        } catch (Fault fault) {
            LOG.warn("{}: {}; {}", orphan, fault.getMessage(), fault.remedy());
            if (fault.code() == FaultCode.NOT_FOUND) {
                settled.add(orphan);
            }
        }
    }

    private boolean isDown(String node) {
        NodeHealth health = scheduler.node(node);
        if (health == NodeHealth.NOT_RESPONDING) {
            LOG.warn("node {} is dead: no heartbeat, and the scheduler does not reach it; marking it down", node);
            scheduler.markDown(node, "ckpt: no heartbeat");
        }
        return health != NodeHealth.RESPONDING;
    }

    private boolean isSettled(Lease orphan) {
        JobRecord job = scheduler.record(orphan.job());
        boolean requeued = job.restarts() > orphan.generation();
        if (requeued && job.state() == State.PENDING) {
            LOG.info(
                    "job {} may start again at once: node {} is down",
                    orphan.job(),
                    orphan.holder().name());
            scheduler.startNow(orphan.job());
        }
        return switch (job.state()) {
            case PENDING, RUNNING -> requeued;
            case COMPLETING, SUSPENDED -> false;
            case CANCELLED, OTHER -> true;
        };
    }
}
