package io.ckpt.kind.process;

import com.google.protobuf.ByteString;
import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.Inquiry;
import io.ckpt.image.v1.IntervalTimers;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Data;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Steps;
import java.util.Arrays;
import java.util.List;

/** The three timers of setitimer(2), with the time they had left. */
public final class IntervalTimersKind implements ObjectKind<FrozenProcess, IntervalTimers> {
    private static final int REAL = 0;
    private static final int VIRTUAL = 1;
    private static final int PROFILING = 2;
    private static final int TIMER_BYTES = 32;
    private static final int INTERVAL_BYTES = 16;

    private static final Inquiry REAL_TIMER = inquiry(REAL);
    private static final Inquiry VIRTUAL_TIMER = inquiry(VIRTUAL);
    private static final Inquiry PROFILING_TIMER = inquiry(PROFILING);

    @Override
    public String name() {
        return "interval-timers";
    }

    @Override
    public IntervalTimers emptyState() {
        return IntervalTimers.getDefaultInstance();
    }

    @Override
    public boolean accepts(FrozenProcess process, CaptureContext context) {
        return !process.isZombie();
    }

    @Override
    public List<Inquiry> inquiries(FrozenProcess process) {
        return List.of(REAL_TIMER, VIRTUAL_TIMER, PROFILING_TIMER);
    }

    @Override
    public IntervalTimers capture(FrozenProcess process, CaptureContext context) {
        return IntervalTimers.newBuilder()
                .setReal(read(process, REAL_TIMER))
                .setVirtual(read(process, VIRTUAL_TIMER))
                .setProfiling(read(process, PROFILING_TIMER))
                .build();
    }

    @Override
    public void plan(ObjectId id, IntervalTimers state, PlanContext plan) {
        Steps steps = plan.arm(id.number(), "pid " + id.number() + ", interval timers");
        set(steps, REAL, "ITIMER_REAL", state.getReal());
        set(steps, VIRTUAL, "ITIMER_VIRTUAL", state.getVirtual());
        set(steps, PROFILING, "ITIMER_PROF", state.getProfiling());
    }

    private static Inquiry inquiry(int which) {
        return Inquiry.filling(TIMER_BYTES, SystemCall.GETITIMER, room -> new long[] {which, room});
    }

    private static ByteString read(FrozenProcess process, Inquiry timer) {
        return ByteString.copyFrom(process.ask(timer).bytes());
    }

    /**
     * A periodic timer whose signal waits to be taken stands still at 0 until then, and 0 would disarm it: it starts
     * with a whole interval.
     */
    private static byte[] started(byte[] timer) {
        byte[] interval = Arrays.copyOf(timer, INTERVAL_BYTES);
        byte[] left = Arrays.copyOfRange(timer, INTERVAL_BYTES, timer.length);
        if (Arrays.equals(left, new byte[left.length])) {
            System.arraycopy(interval, 0, timer, INTERVAL_BYTES, INTERVAL_BYTES);
        }
        return timer;
    }

    private static void set(Steps steps, int which, String name, ByteString timer) {
        byte[] bytes = started(timer.toByteArray());
        if (!Arrays.equals(bytes, new byte[bytes.length])) {
            steps.call(
                    SystemCall.SETITIMER,
                    Operand.named(which, name),
                    Data.struct(bytes, "{itimerval}").address(),
                    Operand.named(0, "NULL"));
        }
    }
}
