package io.ckpt.kind.namespace;

import io.ckpt.kernel.CloneFlags;
import io.ckpt.kernel.NamespaceSort;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.OwnNamespace;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import java.util.Collection;
import java.util.function.Consumer;

/** Into a namespace and out of it again. */
final class Passage {
    private final NamespaceSort sort;
    private final ObjectId id;
    private final PlanContext plan;

    Passage(NamespaceSort sort, ObjectId id, PlanContext plan) {
        this.sort = sort;
        this.id = id;
        this.plan = plan;
    }

    /** Makes the namespace, in which {@code furnish} works then, and keeps it open in the nursery. */
    void make(Consumer<Steps> furnish) {
        Steps create = plan.create(id.value());
        keep(create, OwnNamespace.ofPlace(sort));
        create.call(SystemCall.UNSHARE, flag());
        furnish.accept(create);
        keep(create, id);
        enter(create, OwnNamespace.ofPlace(sort));
    }

    /** Has processes of the job live in it. */
    void admit(Collection<Integer> innerPids) {
        innerPids.forEach(pid -> enter(plan.install(pid, "pid " + pid + ", " + sort.file() + " namespace"), id));
    }

    private void keep(Steps create, ObjectId current) {
        if (!plan.isMade(current)) {
            Slot opened = create.call(
                    current.value(),
                    SystemCall.OPENAT,
                    Operand.named(-100, "AT_FDCWD"),
                    Operand.text("/proc/self/ns/" + sort.file()),
                    Operand.named(OpenFlags.RDONLY, "O_RDONLY"));
            plan.adopt(create, current, opened);
        }
    }

    private void enter(Steps steps, ObjectId target) {
        steps.call(SystemCall.SETNS, plan.descriptor(target), flag());
    }

    private Operand flag() {
        return Operand.named(sort.flag(), CloneFlags.text(sort.flag()));
    }
}
