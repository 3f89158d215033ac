package io.ckpt.kind.memory;

import io.ckpt.freeze.NodeNames;
import io.ckpt.image.v1.Mapping;
import io.ckpt.kernel.MmapFlags;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.HugePool;
import io.ckpt.kind.MappedArea;
import io.ckpt.kind.NodeExpectation;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Operand;
import java.util.Optional;

/** Private memory of huge pages that the node keeps for whoever asks (MAP_HUGETLB of mmap(2)). */
public final class HugePagesKind implements ObjectKind<MappedArea, Mapping>, NodeExpectation<Mapping> {
    private static final String ANONYMOUS = "/anon_hugepage (deleted)";
    private static final int PRIVATE = MmapFlags.PRIVATE | MmapFlags.ANONYMOUS;

    @Override
    public String name() {
        return "huge-pages";
    }

    @Override
    public Mapping emptyState() {
        return Mapping.getDefaultInstance();
    }

    @Override
    public boolean accepts(MappedArea area, CaptureContext context) {
        return area.has("ht") && !area.vma().shared() && area.vma().path().equals(ANONYMOUS);
    }

    @Override
    public Mapping capture(MappedArea area, CaptureContext context) {
        context.keepPages(area);
        return Mappings.describe(area)
                .setOffset(0)
                .setHugePageSize(area.about().pageSize())
                .build();
    }

    @Override
    public void plan(ObjectId id, Mapping state, PlanContext plan) {
        Mappings.map(Mappings.steps(plan, state), state, PRIVATE, Operand.of(-1));
        Mappings.finish(plan, state);
    }

    /** The node sets aside what a mapping may need, unless it was made without (MAP_NORESERVE). */
    @Override
    public Optional<String> obstacle(Mapping state, NodeNames node) {
        long bytes = state.getFlagsList().contains("nr") ? 0 : state.getEnd() - state.getStart();
        return HugePool.obstacle(bytes, state.getHugePageSize(), node);
    }
}
