package io.ckpt.kind.thread;

import io.ckpt.freeze.FrozenThread;
import io.ckpt.freeze.Inquiry;
import io.ckpt.freeze.NodeNames;
import io.ckpt.image.v1.MemoryPolicy;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.NodeExpectation;
import io.ckpt.kind.NodePolicies;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import java.util.List;
import java.util.Optional;

/** Which memory nodes a thread wants its pages from; see set_mempolicy(2). */
public final class MemoryPolicyKind implements ObjectKind<FrozenThread, MemoryPolicy>, NodeExpectation<MemoryPolicy> {
    private static final Inquiry POLICY = NodePolicies.ofThread();

    @Override
    public String name() {
        return "memory-policy";
    }

    @Override
    public MemoryPolicy emptyState() {
        return MemoryPolicy.getDefaultInstance();
    }

    @Override
    public boolean accepts(FrozenThread thread, CaptureContext context) {
        return true;
    }

    @Override
    public List<Inquiry> inquiries(FrozenThread thread) {
        return List.of(POLICY);
    }

    @Override
    public MemoryPolicy capture(FrozenThread thread, CaptureContext context) {
        return NodePolicies.told(thread.ask(POLICY));
    }

    @Override
    public void plan(ObjectId id, MemoryPolicy state, PlanContext plan) {
        if (!NodePolicies.isDefault(state)) {
            NodePolicies.setOfThread(plan.armThread(id.number(), "tid " + id.number() + ", memory policy"), state);
        }
    }

    @Override
    public Optional<String> warning(MemoryPolicy state, NodeNames node) {
        return NodePolicies.warning(state, node);
    }
}
