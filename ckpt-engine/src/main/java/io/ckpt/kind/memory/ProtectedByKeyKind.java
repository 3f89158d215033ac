package io.ckpt.kind.memory;

import io.ckpt.image.v1.Mapping;
import io.ckpt.kernel.Prot;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.MappedArea;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;

/**
 * Memory that a protection key guards, see pkeys(7): refused. Not meant is memory that may only be executed, for which
 * the kernel takes a key of its own.
 */
public final class ProtectedByKeyKind implements ObjectKind<MappedArea, Mapping> {
    @Override
    public String name() {
        return "protected-by-key";
    }

    @Override
    public Mapping emptyState() {
        return Mapping.getDefaultInstance();
    }

    @Override
    public boolean accepts(MappedArea area, CaptureContext context) {
        return area.about().protectionKey() != 0 && area.vma().protection() != Prot.EXEC;
    }

    @Override
    public Mapping capture(MappedArea area, CaptureContext context) {
        context.refuse(
                area.process().pid(),
                Mappings.name(area.vma()),
                "protection key " + area.about().protectionKey() + " guards it, and keys are not carried",
                "run the program without pkey_mprotect");
        return emptyState();
    }

    @Override
    public void plan(ObjectId id, Mapping state, PlanContext plan) {
        throw new IllegalStateException("never stored: " + id);
    }
}
