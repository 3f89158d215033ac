package io.ckpt.kind.memory;

import io.ckpt.image.v1.Mapping;
import io.ckpt.kernel.MmapFlags;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.MappedArea;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Steps;
import java.util.List;

/**
 * Memory that no path leads back to: shared anonymous, memfd, POSIX shared memory, files of hugetlbfs, deleted files; and
 * what a process writes through a mapping into a temporary file of its node, which another node does not have.
 */
public final class SharedMemoryKind implements ObjectKind<MappedArea, Mapping> {
    private static final String MEMORY_FILES = "/dev/shm/";
    private static final List<String> TEMPORARY_FILES = List.of("/tmp/", "/var/tmp/", "/run/");
    /** What the kernel shows as files although no file makes it again. */
    private static final List<String> SPECIAL = List.of("/SYSV", "/secretmem ", "/[aio] ", "anon_inode:");

    private static final String HUGE_PAGES = "ht";
    private static final String MAY_WRITE = "mw";
    private static final int AT_FDCWD = -100;

    @Override
    public String name() {
        return "shared-memory";
    }

    @Override
    public Mapping emptyState() {
        return Mapping.getDefaultInstance();
    }

    @Override
    public boolean accepts(MappedArea area, CaptureContext context) {
        return area.vma().hasFile()
                && !SPECIAL.stream().anyMatch(area.vma().path()::startsWith)
                && (area.vma().isDeleted() || isOfMemory(area) || isTemporary(area));
    }

    private static boolean isOfMemory(MappedArea area) {
        return area.vma().path().startsWith(MEMORY_FILES) || area.has(HUGE_PAGES);
    }

    private static boolean isTemporary(MappedArea area) {
        return area.vma().shared()
                && area.has(MAY_WRITE)
                && TEMPORARY_FILES.stream().anyMatch(area.vma().path()::startsWith);
    }

    @Override
    public Mapping capture(MappedArea area, CaptureContext context) {
        if (!area.vma().shared()) {
            context.keepPages(area);
        }
        return Mappings.describe(area)
                .setBackingId(context.backing(area).toString())
                .build();
    }

    @Override
    public void plan(ObjectId id, Mapping state, PlanContext plan) {
        Mappings.map(
                Mappings.steps(plan, state),
                state,
                state.getShared() ? MmapFlags.SHARED : MmapFlags.PRIVATE,
                reopened(plan, new ObjectId(state.getBackingId()), isWritable(state)));
        Mappings.finish(plan, state);
    }

    /** What may never be written was mapped through a descriptor for reading only. */
    private static boolean isWritable(Mapping state) {
        return state.getShared() && state.getFlagsList().contains(MAY_WRITE);
    }

    /** A descriptor of the object that allows what the mapping does, whatever the job's own descriptors of it allow. */
    private static Operand reopened(PlanContext plan, ObjectId backing, boolean writable) {
        ObjectId id = new ObjectId((writable ? "writable:" : "readable:") + backing);
        if (!plan.isMade(id)) {
            Steps steps = plan.connect("memory behind " + backing);
            int flags = writable ? OpenFlags.RDWR : OpenFlags.RDONLY;
            Operand.Immediate made = (Operand.Immediate) plan.descriptor(backing);
            Operand opened = steps.call(
                    "opened",
                    SystemCall.OPENAT,
                    Operand.named(AT_FDCWD, "AT_FDCWD"),
                    Operand.text("/proc/self/fd/" + made.value()),
                    Operand.named(flags, OpenFlags.text(flags)));
            plan.adopt(steps, id, opened);
        }
        return plan.descriptor(id);
    }
}
