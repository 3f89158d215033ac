package io.ckpt.kind.namespace;

import io.ckpt.freeze.FrozenProcess;
import io.ckpt.image.v1.CgroupNamespace;
import io.ckpt.kernel.NamespaceSort;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.OwnNamespace;
import io.ckpt.kind.PlanContext;
import io.ckpt.procfs.ProcCgroup;

/** A cgroup that its members take for the root: that of the job, wherever it is rebuilt. */
public final class CgroupNamespaceKind implements ObjectKind<OwnNamespace, CgroupNamespace> {
    @Override
    public String name() {
        return "cgroup-namespace";
    }

    @Override
    public CgroupNamespace emptyState() {
        return CgroupNamespace.getDefaultInstance();
    }

    @Override
    public boolean accepts(OwnNamespace namespace, CaptureContext context) {
        return namespace.sort() == NamespaceSort.CGROUP;
    }

    @Override
    public CgroupNamespace capture(OwnNamespace namespace, CaptureContext context) {
        namespace.members().stream()
                .filter(process -> !isAtRoot(process))
                .forEach(process -> context.refuse(
                        process.pid(),
                        "cgroup namespace " + namespace.name(),
                        "its process is in a cgroup of its own there",
                        "leave the processes of the job in the cgroup that they were started in"));
        return CgroupNamespace.newBuilder().addAllMembers(namespace.innerPids()).build();
    }

    @Override
    public void plan(ObjectId id, CgroupNamespace state, PlanContext plan) {
        Passage passage = new Passage(NamespaceSort.CGROUP, id, plan);
        passage.make(steps -> {});
        passage.admit(state.getMembersList());
    }

    private static boolean isAtRoot(FrozenProcess process) {
        String text = process.inside(NamespaceSort.CGROUP, () -> process.text("cgroup"));
        return ProcCgroup.parse(text).memberships().stream()
                .allMatch(membership -> membership.path().equals("/"));
    }
}
