package io.ckpt.kind.process;

import com.google.protobuf.ByteString;
import io.ckpt.freeze.FrozenProcess;
import io.ckpt.image.v1.PendingSignals;
import io.ckpt.kernel.Signals;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Data;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Steps;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Signals that wait for the process as a whole, with their siginfo; see rt_sigqueueinfo(2). */
public final class PendingProcessSignalsKind implements ObjectKind<FrozenProcess, PendingSignals> {
    @Override
    public String name() {
        return "pending-process-signals";
    }

    @Override
    public PendingSignals emptyState() {
        return PendingSignals.getDefaultInstance();
    }

    @Override
    public boolean accepts(FrozenProcess process, CaptureContext context) {
        return !process.isZombie();
    }

    @Override
    public PendingSignals capture(FrozenProcess process, CaptureContext context) {
        PendingSignals.Builder pending = PendingSignals.newBuilder();
        process.threads().get(0).sharedPendingSignals().forEach(info -> pending.addInfos(ByteString.copyFrom(info)));
        return pending.build();
    }

    @Override
    public void plan(ObjectId id, PendingSignals state, PlanContext plan) {
        Steps steps = plan.arm(id.number(), "pid " + id.number() + ", pending signals");
        for (ByteString info : state.getInfosList()) {
            byte[] bytes = info.toByteArray();
            int signal = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(0);
            steps.call(
                    SystemCall.RT_SIGQUEUEINFO,
                    Operand.of(plan.seenBy(id.number(), id.number())),
                    Operand.named(signal, Signals.name(signal)),
                    Data.struct(bytes, "{siginfo}").address());
        }
    }
}
