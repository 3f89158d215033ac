package io.ckpt.kind.memory;

import io.ckpt.image.v1.BackingFile;
import io.ckpt.image.v1.Mapping;
import io.ckpt.kernel.Prctl;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.MappedArea;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Operand;

/** The kernel's own pages, [vvar] and [vdso]: the kernel of the new node maps its own at the old place. */
public final class VdsoKind implements ObjectKind<MappedArea, Mapping> {
    @Override
    public String name() {
        return "vdso";
    }

    @Override
    public Mapping emptyState() {
        return Mapping.getDefaultInstance();
    }

    @Override
    public boolean accepts(MappedArea area, CaptureContext context) {
        return area.vma().isVdso() || area.vma().isVvar();
    }

    @Override
    public Mapping capture(MappedArea area, CaptureContext context) {
        return Mappings.describe(area)
                .setFile(BackingFile.newBuilder().setPath(area.vma().path()))
                .build();
    }

    @Override
    public void plan(ObjectId id, Mapping state, PlanContext plan) {
        if (state.getFile().getPath().equals("[vvar]")) { // the first of them; the others follow it
            Mappings.steps(plan, state)
                    .call(
                            SystemCall.ARCH_PRCTL,
                            Operand.named(Prctl.ARCH_MAP_VDSO_64, "ARCH_MAP_VDSO_64"),
                            Operand.hex(state.getStart()));
        }
    }
}
