package io.ckpt.kind.memory;

import io.ckpt.image.v1.Mapping;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.MappedArea;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;

/**
 * Memory whose missing pages a program brings, see userfaultfd(2): refused. That program need not be of the job, and to read
 * the memory would ask it for them. It may be the engine that restarted the job lazily. Protection against writing alone is not meant, which ckpt itself makes use of.
 */
public final class PagedByProgramKind implements ObjectKind<MappedArea, Mapping> {
    private static final String MISSING = "um";
    private static final String MINOR = "ui";

    @Override
    public String name() {
        return "paged-by-program";
    }

    @Override
    public Mapping emptyState() {
        return Mapping.getDefaultInstance();
    }

    @Override
    public boolean accepts(MappedArea area, CaptureContext context) {
        return area.has(MISSING) || area.has(MINOR);
    }

    @Override
    public Mapping capture(MappedArea area, CaptureContext context) {
        context.refuse(
                area.process().pid(),
                Mappings.name(area.vma()),
                "a program brings its pages (userfaultfd)",
                "try again when a lazy restart has brought all of them, or run the program without user-space paging");
        return emptyState();
    }

    @Override
    public void plan(ObjectId id, Mapping state, PlanContext plan) {
        throw new IllegalStateException("never stored: " + id);
    }
}
