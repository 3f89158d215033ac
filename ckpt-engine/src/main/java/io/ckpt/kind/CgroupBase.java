package io.ckpt.kind;

import io.ckpt.freeze.FrozenJob;
import io.ckpt.freeze.FrozenProcess;
import io.ckpt.procfs.ProcCgroup;
import io.ckpt.procfs.ProcCgroup.Membership;
import java.util.List;
import java.util.Optional;

/**
 * The cgroups that a job was started in, which a restarted one has from its place: those of its first process's parent. When
 * that tells nothing, for it is not among those above, they are those of the first process itself.
 */
public final class CgroupBase {
    private final List<Membership> memberships;

    private CgroupBase(List<Membership> memberships) {
        this.memberships = memberships;
    }

    public static CgroupBase of(FrozenJob job) {
        ProcCgroup parent = ProcCgroup.parse(job.outerText("cgroup"));
        FrozenProcess first = job.processes().stream()
                .filter(process -> !process.isZombie())
                .findFirst()
                .orElseThrow();
        return new CgroupBase(ProcCgroup.parse(first.text("cgroup")).memberships().stream()
                .map(own -> base(own, parent.in(own.name())))
                .toList());
    }

    /** In the root of a hierarchy lives who was put nowhere: what lies below it is no sign of the job. */
    private static Membership base(Membership own, Optional<Membership> parent) {
        return parent.filter(around -> !around.isRoot() && own.isBelow(around)).orElse(own);
    }

    public List<Membership> memberships() {
        return memberships;
    }

    /** True when these are the root of the cgroup namespace in which a process sees itself where {@code inside} says. */
    public boolean isRootOf(ProcCgroup outside, ProcCgroup inside) {
        return memberships.stream().allMatch(base -> outside.in(base.name())
                .equals(inside.in(base.name()).map(inner -> base.inside(inner.path()))));
    }
}
