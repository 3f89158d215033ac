package io.ckpt.kind.namespace;

import io.ckpt.freeze.FrozenProcess;
import io.ckpt.image.v1.CgroupNamespace;
import io.ckpt.kernel.NamespaceSort;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.CgroupBase;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.OwnNamespace;
import io.ckpt.kind.PlanContext;
import io.ckpt.procfs.ProcCgroup;

/** A cgroup that its members take for the root: that of the job's place, wherever it is rebuilt. */
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
        CgroupBase base = CgroupBase.of(context.job());
        namespace.members().stream()
                .filter(process -> !isRootedIn(base, process))
                .forEach(process -> context.refuse(
                        process.pid(),
                        "cgroup namespace " + namespace.name(),
                        "its root is not the cgroup that the job was started in",
                        "make the namespace before its processes are put into cgroups of their own"));
        return CgroupNamespace.newBuilder().addAllMembers(namespace.innerPids()).build();
    }

    @Override
    public void plan(ObjectId id, CgroupNamespace state, PlanContext plan) {
        Passage passage = new Passage(NamespaceSort.CGROUP, id, plan);
        passage.make(steps -> {});
        passage.admit(state.getMembersList());
    }

    private static boolean isRootedIn(CgroupBase base, FrozenProcess process) {
        String inside = process.inside(NamespaceSort.CGROUP, () -> process.text("cgroup"));
        return base.isRootOf(ProcCgroup.parse(process.text("cgroup")), ProcCgroup.parse(inside));
    }
}
