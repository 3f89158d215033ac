package io.ckpt.kind.thread;

import com.google.protobuf.ByteString;
import io.ckpt.freeze.FrozenThread;
import io.ckpt.image.v1.Scheduling;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Data;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;
import io.ckpt.procfs.ProcStat;
import io.ckpt.procfs.ProcStatus;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;

/** Scheduling policy, priority, nice value, I/O priority and the CPUs a thread may run on; see sched(7). */
public final class SchedulingKind implements ObjectKind<FrozenThread, Scheduling> {
    private static final int DEADLINE = 6;
    private static final int RESET_ON_FORK = 0x40000000;
    private static final int MASK_BYTES = 128;
    /** PF_MEMALLOC_NOIO and PF_LOCAL_THROTTLE, which PR_SET_IO_FLUSHER sets. */
    private static final long IO_FLUSHER = 0x00180000;

    private static final Operand THREAD = Operand.named(1, "IOPRIO_WHO_PROCESS");

    @Override
    public String name() {
        return "scheduling";
    }

    @Override
    public Scheduling emptyState() {
        return Scheduling.getDefaultInstance();
    }

    @Override
    public boolean accepts(FrozenThread thread, CaptureContext context) {
        return true;
    }

    @Override
    public Scheduling capture(FrozenThread thread, CaptureContext context) {
        ProcStat stat = thread.procStat();
        if (stat.policy() == DEADLINE) {
            context.refuse(
                    thread.tid(),
                    "policy SCHED_DEADLINE",
                    "its budget cannot be carried",
                    "use SCHED_FIFO or SCHED_OTHER");
        }
        if ((stat.flags() & IO_FLUSHER) == IO_FLUSHER) {
            context.refuse(
                    thread.tid(),
                    "PR_SET_IO_FLUSHER",
                    "it serves a file system or block device of the node",
                    "leave that service out of the job");
        }
        return Scheduling.newBuilder()
                .setPolicy(stat.policy())
                .setPriority(stat.realtimePriority())
                .setNice(stat.nice())
                .setCpus(cpus(thread.procStatus(), context))
                .setIoPriority(thread.ioPriority())
                .setResetOnFork((thread.schedulingPolicy() & RESET_ON_FORK) != 0)
                .build();
    }

    @Override
    public void plan(ObjectId id, Scheduling state, PlanContext plan) {
        Steps steps = plan.armThread(id.number(), "tid " + id.number() + ", scheduling");
        ByteBuffer priority = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        priority.putInt(state.getPriority());
        steps.call(
                SystemCall.SCHED_SETSCHEDULER,
                Operand.of(0),
                policy(state),
                Data.struct(priority.array(), "[" + state.getPriority() + "]").address());
        steps.call(
                SystemCall.SETPRIORITY, Operand.named(0, "PRIO_PROCESS"), Operand.of(0), Operand.of(state.getNice()));
        steps.call(SystemCall.IOPRIO_SET, THREAD, Operand.of(0), Operand.hex(state.getIoPriority()));
        if (!state.getCpus().isEmpty()) {
            byte[] mask = ByteBuffer.allocate(MASK_BYTES)
                    .put(state.getCpus().toByteArray())
                    .array();
            steps.expect(
                    Word.Expect.ANYTHING, // where none of them is to be had, the thread has those of its place
                    SystemCall.SCHED_SETAFFINITY,
                    Operand.of(0),
                    Operand.of(MASK_BYTES),
                    Data.struct(mask, BitSet.valueOf(mask).toString()).address());
        }
    }

    private static Operand policy(Scheduling state) {
        return state.getResetOnFork()
                ? Operand.named(state.getPolicy() | RESET_ON_FORK, state.getPolicy() + "|SCHED_RESET_ON_FORK")
                : Operand.of(state.getPolicy());
    }

    private static ByteString cpus(ProcStatus status, CaptureContext context) {
        if (status.cpus().containsAll(context.nodeCpus())) {
            return ByteString.EMPTY;
        }
        BitSet mask = new BitSet();
        status.cpus().forEach(mask::set);
        return ByteString.copyFrom(mask.toByteArray());
    }
}
