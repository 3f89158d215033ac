package io.ckpt.kind.thread;

import com.google.protobuf.ByteString;
import io.ckpt.freeze.FrozenThread;
import io.ckpt.image.v1.Registers;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;

/** General and extended registers and the signal mask. No plan: the engine puts them in when the thread is parked. */
public final class RegistersKind implements ObjectKind<FrozenThread, Registers> {
    @Override
    public String name() {
        return "registers";
    }

    @Override
    public Registers emptyState() {
        return Registers.getDefaultInstance();
    }

    @Override
    public boolean accepts(FrozenThread thread, CaptureContext context) {
        return true;
    }

    @Override
    public Registers capture(FrozenThread thread, CaptureContext context) {
        return Registers.newBuilder()
                .setGeneral(ByteString.copyFrom(thread.generalRegisters()))
                .setExtended(ByteString.copyFrom(thread.extendedState()))
                .setSignalMask(thread.signalMask())
                .setStopped(thread.jobControlStopped() || thread.stopPending())
                .build();
    }

    @Override
    public void plan(ObjectId id, Registers state, PlanContext plan) {}
}
