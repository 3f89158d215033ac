package io.ckpt.kind.file;

import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.TimerDescriptor;
import io.ckpt.kernel.Clock;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.Description;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Data;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import io.ckpt.procfs.FdInfo;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A timer of timerfd_create(2). It is set again as late as possible, to the time that was left or to the time of day
 * it waits for, and then told how many expirations nobody has read. One that only travels is set before it is sent.
 */
public final class TimerDescriptorKind implements ObjectKind<StolenFile, TimerDescriptor> {
    private static final long NANOS = 1_000_000_000L;
    private static final int ABSTIME = 1;
    private static final int CANCEL_ON_SET = 2;
    private static final Operand SET_TICKS = Operand.named(0x40085400L, "TFD_IOC_SET_TICKS");

    @Override
    public String name() {
        return "timerfd";
    }

    @Override
    public TimerDescriptor emptyState() {
        return TimerDescriptor.getDefaultInstance();
    }

    @Override
    public boolean accepts(StolenFile file, CaptureContext context) {
        return file.link().equals("anon_inode:[timerfd]");
    }

    @Override
    public TimerDescriptor capture(StolenFile file, CaptureContext context) {
        Description description = Description.of(file);
        FdInfo.Timerfd timer = settled(file, description.info().timerfd());
        TimerDescriptor.Builder state = TimerDescriptor.newBuilder()
                .setFlags(description.flags())
                .setClock(timer.clock())
                .setValueNs(timer.value())
                .setIntervalNs(timer.interval())
                .setTicks(timer.ticks());
        if ((timer.flags() & ABSTIME) != 0 && timer.value() != 0 && goesOn(timer.clock())) {
            state.setSetFlags(timer.flags())
                    .setExpiryNs(ChronoUnit.NANOS.between(Instant.EPOCH, Instant.now()) + timer.value());
        }
        return state.build();
    }

    /** True for a clock that the job does not find again where it stood. */
    private static boolean goesOn(int clock) {
        return clock == Clock.REALTIME || clock == Clock.REALTIME_ALARM;
    }

    /**
     * The kernel stops a periodic timer at its first expiration and counts the others when somebody asks for the time
     * left; then it runs again.
     */
    private static FdInfo.Timerfd settled(StolenFile file, FdInfo.Timerfd timer) {
        if (timer.interval() == 0 || timer.ticks() == 0 || timer.value() != 0) {
            return timer;
        }
        FdInfo.Timerfd running = FdInfo.parse(file.infoOfTimer()).timerfd();
        long left = Math.max(1, running.value());
        return new FdInfo.Timerfd(running.clock(), running.ticks(), running.flags(), left, running.interval());
    }

    @Override
    public void plan(ObjectId id, TimerDescriptor state, PlanContext plan) {
        Steps create = plan.create(plan.origin(id, name()));
        int nonblock = state.getFlags() & OpenFlags.NONBLOCK;
        Slot made = create.call(
                id.value(),
                SystemCall.TIMERFD_CREATE,
                Operand.named(state.getClock(), Clocks.text(state.getClock())),
                Operand.named(nonblock, nonblock == 0 ? "0" : "TFD_NONBLOCK"));
        plan.adopt(create, id, made);
        plan.places(id).stream()
                .findFirst()
                .ifPresentOrElse(
                        place -> start(
                                plan.arm(place.innerPid(), plan.origin(id, name())), Operand.of(place.number()), state),
                        () -> start(plan.connect(plan.origin(id, name())), plan.descriptor(id), state));
    }

    private static void start(Steps steps, Operand file, TimerDescriptor state) {
        if (state.getValueNs() != 0 || state.getIntervalNs() != 0) {
            steps.call(
                    SystemCall.TIMERFD_SETTIME,
                    file,
                    setFlags(state),
                    setting(state).address(),
                    Operand.named(0, "NULL"));
        }
        if (state.getTicks() != 0) {
            Data ticks = Data.struct(Words.bytes(state.getTicks()), "{" + state.getTicks() + "}");
            steps.call(SystemCall.IOCTL, file, SET_TICKS, ticks.address());
        }
    }

    private static Data setting(TimerDescriptor state) {
        long interval = state.getIntervalNs();
        boolean absolute = (state.getSetFlags() & ABSTIME) != 0;
        long value = absolute ? state.getExpiryNs() : state.getValueNs();
        return Data.struct(
                Words.bytes(interval / NANOS, interval % NANOS, value / NANOS, value % NANOS),
                "{interval=" + interval + "ns, value=" + value + "ns}");
    }

    private static Operand setFlags(TimerDescriptor state) {
        return switch (state.getSetFlags()) {
            case ABSTIME -> Operand.named(ABSTIME, "TFD_TIMER_ABSTIME");
            case ABSTIME | CANCEL_ON_SET ->
                Operand.named(ABSTIME | CANCEL_ON_SET, "TFD_TIMER_ABSTIME|TFD_TIMER_CANCEL_ON_SET");
            default -> Operand.of(0);
        };
    }
}
