package io.ckpt.freeze;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.jna.PlanLibrary;
import io.ckpt.kernel.Errno;
import io.ckpt.plan.Barrier;
import io.ckpt.plan.EncodedPlan;
import io.ckpt.plan.Failure;
import io.ckpt.plan.Slot;
import java.time.Duration;
import java.util.Optional;

/**
 * A plan in the memory that the engine shares with the restorer and all its tasks. Every wait ends early with the fault
 * of the task that failed first. Closing it ends the sharing here; tasks keep what they have mapped.
 */
public final class RunningPlan implements AutoCloseable {
    private final EncodedPlan plan;
    private final long handle;

    private RunningPlan(EncodedPlan plan, long handle) {
        this.plan = plan;
        this.handle = handle;
    }

    public static RunningPlan create(EncodedPlan plan) {
        long handle = PlanLibrary.planOpen(plan.bytes(), plan.bytes().length);
        KernelAnswer.require(handle, () -> "restart plan: memfd_create");
        return new RunningPlan(plan, handle);
    }

    /** Descriptor of the memory file in this process: the restorer wants it as its number 3. */
    public int descriptor() {
        return PlanLibrary.planDescriptor(handle);
    }

    /** Returns when every task has arrived at a barrier; the engine's own arrival is {@link #release}. */
    public void awaitTasks(Barrier barrier, Duration timeout) {
        int result = PlanLibrary.planAwaitTasks(handle, barrier.index(), millis(timeout));
        check(result, timeout, "the tasks of the restart did not all reach '" + barrier.name() + "'");
    }

    /** Lets all tasks at a barrier of the engine go on. */
    public void release(Barrier barrier) {
        check(PlanLibrary.planRelease(handle, barrier.index()), Duration.ZERO, barrier.name());
    }

    /** Returns when so many tasks are parked. */
    public void awaitParked(int tasks, Duration timeout) {
        int result = PlanLibrary.planAwaitParked(handle, tasks, millis(timeout));
        check(result, timeout, "the " + tasks + " tasks of the restart did not all park");
    }

    /** The value of a slot; 0 before its word is done. */
    public long slot(Slot slot) {
        long[] value = new long[1];
        check(PlanLibrary.planSlot(handle, plan.slots().get(slot), value), Duration.ZERO, slot.name());
        return value[0];
    }

    /** What the task that failed first tells, if any has. */
    public Optional<Failure> failure() {
        long[] values = new long[4];
        boolean failed = PlanLibrary.planFailure(handle, values) == 1;
        return failed
                ? Optional.of(new Failure((int) values[0], (int) values[1], (int) values[2], values[3]))
                : Optional.empty();
    }

    @Override
    public void close() {
        PlanLibrary.planClose(handle);
    }

    private void check(int result, Duration timeout, String missed) {
        if (Errno.ECANCELED.is(result)) {
            throw failure().orElseThrow().asFault(plan.plan());
        } else if (Errno.ETIMEDOUT.is(result)) {
            throw new Fault(
                    FaultCode.RESTART_FAILED,
                    missed + " within " + timeout.toMillis() + " ms",
                    "try again; if it happens on an idle node, please report it");
        } else if (result < 0) {
            throw Fault.internal(missed + ": " + Errno.result(result), null);
        }
    }

    private static int millis(Duration timeout) {
        return (int) Math.min(timeout.toMillis(), Integer.MAX_VALUE);
    }
}
