package io.ckpt.kind.memory;


import io.ckpt.image.v1.Mapping;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.MappedArea;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;

/** Every mapping that no other kind knows: refused by name. Last in the registry. */
public final class UnsupportedMappingKind implements ObjectKind<MappedArea, Mapping> {
    @Override
    public String name() {
        return "unsupported-mapping";
    }

    @Override
    public Mapping emptyState() {
        return Mapping.getDefaultInstance();
    }

    @Override
    public boolean accepts(MappedArea area, CaptureContext context) {
        return !area.vma().isVsyscall();
    }

    @Override
    public Mapping capture(MappedArea area, CaptureContext context) {
        context.refuse(
                area.process().pid(),
                Mappings.name(area.vma()),
                reason(area),
                "run the program without it");
        return Mapping.getDefaultInstance();
    }

    private static String reason(MappedArea area) {
        if (area.vma().path().startsWith("/SYSV")) {
            return "System V shared memory is not carried";
        }
        return area.has("ht") ? "huge pages of hugetlbfs are not carried" : "this kind of memory is not carried";
    }

    @Override
    public void plan(ObjectId id, Mapping state, PlanContext plan) {
        throw new IllegalStateException("never stored: " + id);
    }
}
