package io.ckpt.kind.memory;

import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.PageRange;
import io.ckpt.image.v1.CommonMemory;
import io.ckpt.image.v1.Mapping;
import io.ckpt.kernel.Madvise;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.CommonArea;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Operand;
import java.util.List;

/**
 * Pages that processes share since a fork(2). The restorer has them before it forks; who did not share them any more
 * drops what it inherits. The mapping itself is planned with the first process that has it.
 */
public final class CommonMemoryKind implements ObjectKind<CommonArea, CommonMemory> {
    @Override
    public String name() {
        return "common-memory";
    }

    @Override
    public CommonMemory emptyState() {
        return CommonMemory.getDefaultInstance();
    }

    @Override
    public boolean accepts(CommonArea area, CaptureContext context) {
        return true;
    }

    @Override
    public CommonMemory capture(CommonArea area, CaptureContext context) {
        CommonMemory.Builder state =
                CommonMemory.newBuilder().setStart(area.start()).setEnd(area.end());
        area.missing().forEach((process, missing) -> state.addHeirs(heir(process, missing)));
        area.strangers().forEach(process -> state.addStrangers(process.innerPid()));
        return state.build();
    }

    /** Comes before every mapping of a process. */
    @Override
    public void plan(ObjectId id, CommonMemory state, PlanContext plan) {
        for (int stranger : state.getStrangersList()) {
            plan.map(stranger, origin(stranger, state))
                    .call(
                            SystemCall.MUNMAP,
                            Operand.hex(state.getStart()),
                            Operand.of(state.getEnd() - state.getStart()));
        }
        for (CommonMemory.Heir heir : state.getHeirsList()) {
            for (Mapping.Range range : heir.getMissingList()) {
                plan.map(heir.getPid(), origin(heir.getPid(), state))
                        .call(
                                SystemCall.MADVISE,
                                Operand.hex(range.getStart()),
                                Operand.of(range.getLength()),
                                Operand.named(Madvise.DONTNEED, "MADV_DONTNEED"));
            }
        }
    }

    private static CommonMemory.Heir heir(FrozenProcess process, List<PageRange> missing) {
        CommonMemory.Heir.Builder heir = CommonMemory.Heir.newBuilder().setPid(process.innerPid());
        missing.forEach(
                range -> heir.addMissingBuilder().setStart(range.start()).setLength(range.length()));
        return heir.build();
    }

    private static String origin(int pid, CommonMemory state) {
        return "pid " + pid + ", common memory 0x" + Long.toHexString(state.getStart());
    }
}
