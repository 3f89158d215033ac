package io.ckpt.kind.file;

import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.SignalDescriptor;
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

/** A descriptor of signalfd(2). It has no queue of its own: pending signals belong to threads and processes. */
public final class SignalDescriptorKind implements ObjectKind<StolenFile, SignalDescriptor> {
    @Override
    public String name() {
        return "signalfd";
    }

    @Override
    public SignalDescriptor emptyState() {
        return SignalDescriptor.getDefaultInstance();
    }

    @Override
    public boolean accepts(StolenFile file, CaptureContext context) {
        return file.link().equals("anon_inode:[signalfd]");
    }

    @Override
    public SignalDescriptor capture(StolenFile file, CaptureContext context) {
        Description description = Description.of(file);
        return SignalDescriptor.newBuilder()
                .setFlags(description.flags())
                .setMask(description.info().signalMask())
                .build();
    }

    @Override
    public void plan(ObjectId id, SignalDescriptor state, PlanContext plan) {
        Steps create = plan.create(plan.origin(id, name()));
        Data mask = Data.struct(Words.bytes(state.getMask()), "{0x" + Long.toHexString(state.getMask()) + "}");
        int nonblock = state.getFlags() & OpenFlags.NONBLOCK;
        Slot made = create.call(
                id.value(),
                SystemCall.SIGNALFD4,
                Operand.of(-1),
                mask.address(),
                Operand.of(Long.BYTES),
                Operand.named(nonblock, nonblock == 0 ? "0" : "SFD_NONBLOCK"));
        plan.adopt(create, id, made);
    }
}
