package io.ckpt.kind.memory;

import io.ckpt.image.v1.Mapping;
import io.ckpt.kernel.MmapFlags;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.MappedArea;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Operand;

/** Private memory without a file: heap, stacks, what malloc(3) maps. */
public final class AnonymousKind implements ObjectKind<MappedArea, Mapping> {
    private static final int PRIVATE = MmapFlags.PRIVATE | MmapFlags.ANONYMOUS;

    @Override
    public String name() {
        return "anonymous-memory";
    }

    @Override
    public Mapping emptyState() {
        return Mapping.getDefaultInstance();
    }

    @Override
    public boolean accepts(MappedArea area, CaptureContext context) {
        return !area.vma().hasFile()
                && !area.vma().shared()
                && (area.vma().path().isEmpty() || isKnown(area.vma().path()));
    }

    @Override
    public Mapping capture(MappedArea area, CaptureContext context) {
        context.keepPages(area);
        return Mappings.describe(area)
                .setOffset(0)
                .setInherited(context.isInherited(area))
                .setFirstHeir(context.isFirstHeir(area))
                .build();
    }

    @Override
    public void plan(ObjectId id, Mapping state, PlanContext plan) {
        if (state.getInherited()) {
            Mappings.inherit(plan, state, PRIVATE);
        } else {
            Mappings.map(Mappings.steps(plan, state), state, PRIVATE, Operand.of(-1));
        }
        Mappings.finish(plan, state);
    }

    private static boolean isKnown(String path) {
        return path.equals("[heap]") || path.startsWith("[stack") || path.startsWith("[anon:");
    }
}
