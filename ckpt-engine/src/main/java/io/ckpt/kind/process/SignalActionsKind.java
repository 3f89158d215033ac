package io.ckpt.kind.process;

import com.google.protobuf.ByteString;
import io.ckpt.freeze.Answer;
import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.Inquiry;
import io.ckpt.image.v1.SignalActions;
import io.ckpt.kernel.Signals;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Data;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Steps;
import io.ckpt.procfs.ProcStatus;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What a process does on a signal; see rt_sigaction(2). */
public final class SignalActionsKind implements ObjectKind<FrozenProcess, SignalActions> {
    private static final int ACTION_BYTES = 32;
    private static final int SET_BYTES = 8;
    private static final int SIGCHLD = 17;
    private static final int LAST = 64;

    private static final Map<Integer, Inquiry> INQUIRIES = IntStream.rangeClosed(1, LAST)
            .boxed()
            .collect(Collectors.toUnmodifiableMap(signal -> signal, SignalActionsKind::inquiry));

    @Override
    public String name() {
        return "signal-actions";
    }

    @Override
    public SignalActions emptyState() {
        return SignalActions.getDefaultInstance();
    }

    @Override
    public boolean accepts(FrozenProcess process, CaptureContext context) {
        return !process.isZombie();
    }

    @Override
    public List<Inquiry> inquiries(FrozenProcess process) {
        return interesting(process).mapToObj(INQUIRIES::get).toList();
    }

    @Override
    public SignalActions capture(FrozenProcess process, CaptureContext context) {
        SignalActions.Builder actions = SignalActions.newBuilder();
        interesting(process).forEach(signal -> add(actions, signal, process.ask(INQUIRIES.get(signal))));
        return actions.build();
    }

    /** Signals that have an action, and SIGCHLD, whose flags may be set without one. */
    private static IntStream interesting(FrozenProcess process) {
        ProcStatus status = process.procStatus();
        long signals = status.caught() | status.ignored() | 1L << (SIGCHLD - 1);
        return IntStream.rangeClosed(1, LAST).filter(signal -> (signals >>> (signal - 1) & 1) != 0);
    }

    @Override
    public void plan(ObjectId id, SignalActions state, PlanContext plan) {
        Steps steps = plan.arm(id.number(), "pid " + id.number() + ", signal actions");
        set(
                steps,
                SIGCHLD,
                Data.struct(new byte[ACTION_BYTES], "SIG_DFL")); // drops what the restart itself left pending
        for (SignalActions.Action action : state.getActionsList()) {
            set(steps, action.getSignal(), Data.struct(action.getAction().toByteArray(), "{action}"));
        }
    }

    private static Inquiry inquiry(int signal) {
        return Inquiry.filling(ACTION_BYTES, SystemCall.RT_SIGACTION, room -> new long[] {signal, 0, room, SET_BYTES});
    }

    private static void add(SignalActions.Builder actions, int signal, Answer action) {
        if (action.result() == 0 && !Arrays.equals(action.bytes(), new byte[ACTION_BYTES])) {
            actions.addActions(
                    SignalActions.Action.newBuilder().setSignal(signal).setAction(ByteString.copyFrom(action.bytes())));
        }
    }

    private static void set(Steps steps, int signal, Data action) {
        steps.call(
                SystemCall.RT_SIGACTION,
                Operand.named(signal, Signals.name(signal)),
                action.address(),
                Operand.named(0, "NULL"),
                Operand.of(SET_BYTES));
    }
}
