package io.ckpt.kind.process;

import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.NodeNames;
import io.ckpt.image.v1.MappingPolicies;
import io.ckpt.image.v1.MemoryPolicy;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.NodeExpectation;
import io.ckpt.kind.NodePolicies;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Steps;
import io.ckpt.procfs.NumaMaps;
import io.ckpt.procfs.Vma;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which memory nodes the mappings of a process want their pages from; see mbind(2). */
public final class MappingPoliciesKind
        implements ObjectKind<FrozenProcess, MappingPolicies>, NodeExpectation<MappingPolicies> {
    /** Pages that numa_maps walks through in the time that one mapping is asked for. */
    private static final long PAGES_PER_INQUIRY = 500;

    @Override
    public String name() {
        return "mapping-policies";
    }

    @Override
    public MappingPolicies emptyState() {
        return MappingPolicies.getDefaultInstance();
    }

    @Override
    public boolean accepts(FrozenProcess process, CaptureContext context) {
        return !process.isZombie();
    }

    @Override
    public MappingPolicies capture(FrozenProcess process, CaptureContext context) {
        MappingPolicies.Builder policies = MappingPolicies.newBuilder();
        for (Vma vma : candidates(process)) {
            MemoryPolicy policy = NodePolicies.told(process.ask(NodePolicies.ofMapping(vma.start())));
            if (!NodePolicies.isDefault(policy)) {
                policies.addRangesBuilder()
                        .setStart(vma.start())
                        .setEnd(vma.end())
                        .setPolicy(policy);
            }
        }
        return policies.build();
    }

    @Override
    public void plan(ObjectId id, MappingPolicies state, PlanContext plan) {
        for (MappingPolicies.Range range : state.getRangesList()) {
            Steps steps =
                    plan.map(id.number(), "pid " + id.number() + ", mapping 0x" + Long.toHexString(range.getStart()));
            NodePolicies.setOfMapping(steps, range.getStart(), range.getEnd(), range.getPolicy());
        }
    }

    @Override
    public Optional<String> warning(MappingPolicies state, NodeNames node) {
        return state.getRangesList().stream()
                .flatMap(range -> NodePolicies.warning(range.getPolicy(), node).stream())
                .findFirst();
    }

    /** Mappings that may have a policy: numa_maps says the thread's where there is none. */
    private static List<Vma> candidates(FrozenProcess process) {
        List<Vma> mappings = process.mappings();
        Optional<NumaMaps> foreseen = process.foreseenPolicies();
        if (foreseen.isEmpty() && residentPages(process) > PAGES_PER_INQUIRY * mappings.size()) {
            return mappings;
        }
        Set<Long> told = foreseen.orElseGet(() -> NumaMaps.parse(process.text("numa_maps")))
                .withPolicy();
        return mappings.stream().filter(vma -> told.contains(vma.start())).toList();
    }

    private static long residentPages(FrozenProcess process) {
        return Long.parseLong(process.text("statm").split(" ")[1]);
    }
}
