package io.ckpt.kind.thread;

import com.google.protobuf.ByteString;
import io.ckpt.freeze.FrozenThread;
import io.ckpt.image.v1.PendingSignals;
import io.ckpt.kernel.Signals;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Data;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Signals that wait for one thread, with their siginfo; see rt_tgsigqueueinfo(2). */
public final class PendingThreadSignalsKind implements ObjectKind<FrozenThread, PendingSignals> {
    @Override
    public String name() {
        return "pending-thread-signals";
    }

    @Override
    public PendingSignals emptyState() {
        return PendingSignals.getDefaultInstance();
    }

    @Override
    public boolean accepts(FrozenThread thread, CaptureContext context) {
        return true;
    }

    @Override
    public PendingSignals capture(FrozenThread thread, CaptureContext context) {
        PendingSignals.Builder pending = PendingSignals.newBuilder();
        thread.pendingSignals().forEach(info -> pending.addInfos(ByteString.copyFrom(info)));
        return pending.build();
    }

    @Override
    public void plan(ObjectId id, PendingSignals state, PlanContext plan) {
        if (state.getInfosCount() == 0) {
            return;
        }
        Steps steps = plan.armThread(id.number(), "tid " + id.number() + ", pending signals");
        Slot process = steps.call("process", SystemCall.GETPID);
        for (ByteString info : state.getInfosList()) {
            byte[] bytes = info.toByteArray();
            int signal = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(0);
            steps.call(
                    SystemCall.RT_TGSIGQUEUEINFO,
                    process,
                    Operand.of(plan.seenBy(id.number(), id.number())),
                    Operand.named(signal, Signals.name(signal)),
                    Data.struct(bytes, "{siginfo}").address());
        }
    }
}
