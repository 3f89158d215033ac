package io.ckpt.kind.memory;

import io.ckpt.freeze.FileStatus;
import io.ckpt.freeze.Rights.Access;
import io.ckpt.image.v1.Mapping;
import io.ckpt.kernel.MmapFlags;
import io.ckpt.kind.BackingFiles;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.MappedArea;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Operand;

/** A file mapped by its path: programs and libraries, with what was written to private copies of their pages. */
public final class FileMappingKind implements ObjectKind<MappedArea, Mapping> {
    private static final String MAY_WRITE = "mw";

    @Override
    public String name() {
        return "file-mapping";
    }

    @Override
    public Mapping emptyState() {
        return Mapping.getDefaultInstance();
    }

    @Override
    public boolean accepts(MappedArea area, CaptureContext context) {
        return area.vma().path().startsWith("/")
                && area.vma().hasFile()
                && !area.vma().isDeleted()
                && !area.vma().path().startsWith("/dev/")
                && !area.vma().path().startsWith("/SYSV");
    }

    @Override
    public Mapping capture(MappedArea area, CaptureContext context) {
        if (!area.vma().shared()) {
            context.keepPages(area);
        }
        boolean writable = area.vma().shared() && area.has(MAY_WRITE);
        if (!writable) {
            context.embed(area);
        }
        FileStatus status = context.fileOf(area);
        context.opens(
                area.process().pid(),
                "mapped file",
                area.vma().filePath(),
                writable ? Access.READ | Access.WRITE : Access.READ);
        return Mappings.describe(area)
                .setFile(BackingFiles.describe(
                        area.vma().filePath(),
                        status,
                        context.buildId(area.process(), area.vma().filePath())))
                .build();
    }

    @Override
    public void plan(ObjectId id, Mapping state, PlanContext plan) {
        boolean writable = state.getShared() && state.getFlagsList().contains(MAY_WRITE);
        Operand file = BackingFiles.open(plan, state.getFile(), writable);
        Mappings.map(
                Mappings.steps(plan, state), state, state.getShared() ? MmapFlags.SHARED : MmapFlags.PRIVATE, file);
        Mappings.finish(plan, state);
    }
}
