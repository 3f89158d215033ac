package io.ckpt.kind.memory;

import io.ckpt.image.v1.Mapping;
import io.ckpt.kernel.Prot;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.MappedArea;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Word;

/** A segment of System V shared memory where a process has it attached. */
public final class SegmentKind implements ObjectKind<MappedArea, Mapping> {
    private static final String SEGMENT = "/SYSV";
    private static final String MAY_WRITE = "mw";
    private static final int READ_ONLY = 010000;
    private static final int EXECUTABLE = 0100000;

    @Override
    public String name() {
        return "segment-memory";
    }

    @Override
    public Mapping emptyState() {
        return Mapping.getDefaultInstance();
    }

    @Override
    public boolean accepts(MappedArea area, CaptureContext context) {
        return area.vma().path().startsWith(SEGMENT)
                && area.vma().hasFile()
                && area.vma().shared();
    }

    @Override
    public Mapping capture(MappedArea area, CaptureContext context) {
        long size = area.process().status(area.vma().mapFile()).size();
        if (area.vma().offset() != 0
                || area.vma().length() != rounded(size, area.about().pageSize())) {
            context.refuse(
                    area.process().pid(),
                    Mappings.name(area.vma()),
                    "only a part of the System V segment is mapped",
                    "attach and detach whole segments (shmat, shmdt)");
        }
        return Mappings.describe(area)
                .setBackingId(context.backing(area).toString())
                .setSegment((int) area.vma().inode())
                .build();
    }

    @Override
    public void plan(ObjectId id, Mapping state, PlanContext plan) {
        Mappings.steps(plan, state)
                .expect(
                        Word.Expect.exactly(state.getStart()),
                        SystemCall.SHMAT,
                        Operand.of(state.getSegment()),
                        Operand.hex(state.getStart()),
                        flags(state));
        Mappings.finish(plan, state);
        if (state.getProtection() != attached(state)) {
            plan.arm(state.getPid(), id.toString())
                    .call(
                            SystemCall.MPROTECT,
                            Operand.hex(state.getStart()),
                            Operand.of(state.getEnd() - state.getStart()),
                            Operand.named(state.getProtection(), Prot.text(state.getProtection())));
        }
    }

    private static long rounded(long size, long page) {
        return (size + page - 1) / page * page;
    }

    private static Operand flags(Mapping state) {
        int readOnly = isWritable(state) ? 0 : READ_ONLY;
        int executable = isExecutable(state) ? EXECUTABLE : 0;
        String text = (readOnly == 0 ? "" : "SHM_RDONLY")
                + (readOnly == 0 || executable == 0 ? "" : "|")
                + (executable == 0 ? "" : "SHM_EXEC");
        return Operand.named(readOnly | executable, text.isEmpty() ? "0" : text);
    }

    /** The protection that shmat(2) gives. */
    private static int attached(Mapping state) {
        return Prot.READ | (isWritable(state) ? Prot.WRITE : 0) | (isExecutable(state) ? Prot.EXEC : 0);
    }

    private static boolean isWritable(Mapping state) {
        return state.getFlagsList().contains(MAY_WRITE);
    }

    private static boolean isExecutable(Mapping state) {
        return (state.getProtection() & Prot.EXEC) != 0;
    }
}
