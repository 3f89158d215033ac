package io.ckpt.kind.process;

import com.google.protobuf.ByteString;
import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.RemoteRoom;
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

/** What a process does on a signal; see rt_sigaction(2). */
public final class SignalActionsKind implements ObjectKind<FrozenProcess, SignalActions> {
    private static final int ACTION_BYTES = 32;
    private static final int SET_BYTES = 8;
    private static final int SIGCHLD = 17;
    private static final int LAST = 64;

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
    public SignalActions capture(FrozenProcess process, CaptureContext context) {
        ProcStatus status = ProcStatus.parse(process.text("status"));
        long interesting = status.caught() | status.ignored() | 1L << (SIGCHLD - 1);
        SignalActions.Builder actions = SignalActions.newBuilder();
        process.withRoom(ACTION_BYTES, room -> {
            for (int signal = 1; signal <= LAST; signal++) {
                if ((interesting >>> (signal - 1) & 1) != 0) {
                    add(actions, signal, read(process, room, signal));
                }
            }
            return null;
        });
        return actions.build();
    }

    @Override
    public void plan(ObjectId id, SignalActions state, PlanContext plan) {
        Steps steps = plan.arm(id.number(), "pid " + id.number() + ", signal actions");
        set(steps, SIGCHLD, Data.struct(new byte[ACTION_BYTES], "SIG_DFL")); // drops what the restart itself left pending
        for (SignalActions.Action action : state.getActionsList()) {
            set(steps, action.getSignal(), Data.struct(action.getAction().toByteArray(), "{action}"));
        }
    }

    private static byte[] read(FrozenProcess process, RemoteRoom room, int signal) {
        long result = process.call(SystemCall.RT_SIGACTION, signal, 0, room.address(), SET_BYTES);
        return result == 0 ? room.read(0, ACTION_BYTES) : new byte[ACTION_BYTES];
    }

    private static void add(SignalActions.Builder actions, int signal, byte[] action) {
        if (!Arrays.equals(action, new byte[ACTION_BYTES])) {
            actions.addActions(SignalActions.Action.newBuilder()
                    .setSignal(signal)
                    .setAction(ByteString.copyFrom(action)));
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
