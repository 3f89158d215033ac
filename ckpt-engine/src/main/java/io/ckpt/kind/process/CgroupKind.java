package io.ckpt.kind.process;

import io.ckpt.freeze.FrozenProcess;
import io.ckpt.image.v1.Cgroup;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.procfs.ProcCgroup;
import java.util.List;

/**
 * A cgroup that a process of the job was put into apart from the first. A restarted job has the cgroups of its place, with
 * the limits that its scheduler set there: it is told, not carried.
 */
public final class CgroupKind implements ObjectKind<FrozenProcess, Cgroup> {
    @Override
    public String name() {
        return "cgroup";
    }

    @Override
    public Cgroup emptyState() {
        return Cgroup.getDefaultInstance();
    }

    @Override
    public boolean accepts(FrozenProcess process, CaptureContext context) {
        return !process.isZombie() && process != first(context);
    }

    @Override
    public Cgroup capture(FrozenProcess process, CaptureContext context) {
        List<String> apart = apart(process.text("cgroup"), first(context).text("cgroup"));
        if (!apart.isEmpty()) {
            context.warn("pid " + process.pid() + " is in cgroup " + String.join(", ", apart)
                    + ", apart from the first process of the job; after a restart it is where that is");
        }
        return Cgroup.newBuilder().addAllApart(apart).build();
    }

    @Override
    public void plan(ObjectId id, Cgroup state, PlanContext plan) {}

    private static FrozenProcess first(CaptureContext context) {
        return context.job().processes().stream()
                .filter(process -> !process.isZombie())
                .findFirst()
                .orElseThrow();
    }

    private static List<String> apart(String own, String others) {
        if (own.equals(others)) {
            return List.of();
        }
        List<ProcCgroup.Membership> common = ProcCgroup.parse(others).memberships();
        return ProcCgroup.parse(own).memberships().stream()
                .filter(membership -> !common.contains(membership))
                .map(ProcCgroup.Membership::path)
                .distinct()
                .toList();
    }
}
