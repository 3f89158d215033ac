package io.ckpt.kind.memory;

import io.ckpt.image.v1.Mapping;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.MappedArea;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import java.util.Map;

/** Every mapping that no other kind knows: refused by name. Last in the registry. */
public final class UnsupportedMappingKind implements ObjectKind<MappedArea, Mapping> {
    /** Beginning of what /proc calls a mapping, and what it is. */
    private static final Map<String, String> REASONS = Map.of(
            "/SYSV", "this attachment of System V shared memory is not carried",
            "/secretmem", "secret memory (memfd_secret) is kept from everybody, also from a checkpoint",
            "/[aio]",
                    "a ring of asynchronous I/O (io_setup) is not carried: the kernel does not tell which requests are "
                            + "under way",
            "anon_inode:[io_uring]", "a ring of io_uring is not carried",
            "anon_inode:[perf_event]", "a ring of perf_event_open is not carried");

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
        context.refuse(area.process().pid(), Mappings.name(area.vma()), reason(area), "run the program without it");
        return Mapping.getDefaultInstance();
    }

    private static String reason(MappedArea area) {
        return REASONS.entrySet().stream()
                .filter(entry -> area.vma().path().startsWith(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("this kind of memory is not carried");
    }

    @Override
    public void plan(ObjectId id, Mapping state, PlanContext plan) {
        throw new IllegalStateException("never stored: " + id);
    }
}
