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
        warnOfFuture(area, context);
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

    /** Whoever locks his stack most likely asked for all his memory, and the kernel does not tell about what is to come. */
    private static void warnOfFuture(MappedArea area, CaptureContext context) {
        if (area.vma().path().equals("[stack]") && area.has("lo")) {
            context.warn("pid " + area.process().pid()
                    + " has locked its memory; what it maps from now on will not be locked by itself"
                    + " (MCL_FUTURE of mlockall)");
        }
    }

    private static boolean isKnown(String path) {
        return path.equals("[heap]") || path.startsWith("[stack") || path.startsWith("[anon:");
    }
}
