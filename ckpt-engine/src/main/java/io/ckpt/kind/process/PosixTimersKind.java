package io.ckpt.kind.process;

import com.google.protobuf.ByteString;
import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.FrozenThread;
import io.ckpt.image.v1.PosixTimers;
import io.ckpt.kernel.Prctl;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Data;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Steps;
import io.ckpt.procfs.ProcTimers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Timers of timer_create(2), which keep their ids; see {@code /proc/PID/timers} and PR_TIMER_CREATE_RESTORE_IDS. */
public final class PosixTimersKind implements ObjectKind<FrozenProcess, PosixTimers> {
    private static final int SETTING_BYTES = 32;
    private static final int SIGEVENT_BYTES = 64;
    private static final int OWN_PROCESS_CLOCK = -6;
    private static final int OWN_THREAD_CLOCK = -2;
    private static final int SIGEV_SIGNAL = 0;
    private static final int SIGEV_NONE = 1;
    private static final int SIGEV_THREAD_ID = 4;

    @Override
    public String name() {
        return "posix-timers";
    }

    @Override
    public PosixTimers emptyState() {
        return PosixTimers.getDefaultInstance();
    }

    @Override
    public boolean accepts(FrozenProcess process, CaptureContext context) {
        return !process.isZombie();
    }

    @Override
    public PosixTimers capture(FrozenProcess process, CaptureContext context) {
        PosixTimers.Builder timers = PosixTimers.newBuilder();
        for (ProcTimers.Timer timer : ProcTimers.parse(process.text("timers")).timers()) {
            if (timer.clock() < 0 && !isOwn(timer.clock(), process)) {
                refuseForeignClock(process, timer, context);
            }
            timers.addTimers(PosixTimers.Timer.newBuilder()
                    .setId(timer.id())
                    .setClock(timer.clock())
                    .setSignal(timer.signal())
                    .setValue(timer.value())
                    .setNotify(notify(timer))
                    .setTid(timer.toThread() ? innerTid(process, timer.target()) : 0)
                    .setSetting(setting(process, timer.id())));
        }
        return timers.build();
    }

    @Override
    public void plan(ObjectId id, PosixTimers state, PlanContext plan) {
        if (state.getTimersCount() == 0) {
            return;
        }
        Steps steps = plan.arm(id.number(), "pid " + id.number() + ", POSIX timers");
        restoreIds(steps, 1);
        for (PosixTimers.Timer timer : state.getTimersList()) {
            create(
                    steps.of("pid " + id.number() + ", timer " + timer.getId()),
                    timer,
                    plan.seenBy(id.number(), timer.getTid()));
        }
        restoreIds(steps, 0);
    }

    private static void create(Steps steps, PosixTimers.Timer timer, int tid) {
        ByteBuffer wanted = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        wanted.putInt(timer.getId());
        steps.call(
                SystemCall.TIMER_CREATE,
                Operand.of(timer.getClock()),
                Data.struct(event(timer, tid), "{sigevent}").address(),
                Data.struct(wanted.array(), "[" + timer.getId() + "]").address());
        steps.call(
                SystemCall.TIMER_SETTIME,
                Operand.of(timer.getId()),
                Operand.of(0),
                Data.struct(timer.getSetting().toByteArray(), "{itimerspec}").address(),
                Operand.named(0, "NULL"));
    }

    private static void restoreIds(Steps steps, int on) {
        steps.call(
                SystemCall.PRCTL,
                Operand.named(Prctl.TIMER_CREATE_RESTORE_IDS, "PR_TIMER_CREATE_RESTORE_IDS"),
                Operand.of(on),
                Operand.of(0),
                Operand.of(0),
                Operand.of(0));
    }

    private static byte[] event(PosixTimers.Timer timer, int tid) {
        ByteBuffer event = ByteBuffer.allocate(SIGEVENT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        event.putLong(timer.getValue())
                .putInt(timer.getSignal())
                .putInt(timer.getNotify())
                .putInt(tid);
        return event.array();
    }

    private static ByteString setting(FrozenProcess process, int timer) {
        return process.withRoom(SETTING_BYTES, room -> {
            process.call(SystemCall.TIMER_GETTIME, timer, room.address());
            return ByteString.copyFrom(room.read(0, SETTING_BYTES));
        });
    }

    private static int notify(ProcTimers.Timer timer) {
        if (timer.notification() == ProcTimers.Notify.NONE) {
            return SIGEV_NONE;
        }
        return timer.toThread() ? SIGEV_THREAD_ID : SIGEV_SIGNAL;
    }

    private static int innerTid(FrozenProcess process, int tid) {
        return process.threads().stream()
                .filter(thread -> thread.tid() == tid || thread.innerTid() == tid)
                .mapToInt(FrozenThread::innerTid)
                .findFirst()
                .orElse(process.innerPid());
    }

    /** CPU clocks of the caller as the kernel keeps them; a thread's is known to be the leader's when it is alone. */
    private static boolean isOwn(int clock, FrozenProcess process) {
        return clock == OWN_PROCESS_CLOCK
                || (clock == OWN_THREAD_CLOCK && process.threads().size() == 1);
    }

    private static void refuseForeignClock(FrozenProcess process, ProcTimers.Timer timer, CaptureContext context) {
        context.refuse(
                process.pid(),
                "timer " + timer.id() + " on the CPU clock of one task",
                "such clocks cannot be made again",
                "use CLOCK_PROCESS_CPUTIME_ID");
    }
}
