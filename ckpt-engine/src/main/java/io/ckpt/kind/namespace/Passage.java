package io.ckpt.kind.namespace;

import io.ckpt.kernel.NamespaceSort;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.FileCalls;
import io.ckpt.kind.NamespaceCalls;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.OwnNamespace;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Consumer;

/** How a namespace of the job comes to be, and how processes come into it. */
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
        keepPlace(create);
        Optional<ObjectId> owner = plan.around(NamespaceSort.USER);
        if (owner.isEmpty()) {
            makeAndFurnish(create, id, furnish);
        } else if (sort == NamespaceSort.MOUNT) {
            ObjectId model = new ObjectId(id + "/model");
            makeAndFurnish(create, model, furnish);
            makeOwned(create, owner.get(), child -> NamespaceCalls.enter(child, plan, model));
        } else {
            makeOwned(create, owner.get(), child -> {});
            NamespaceCalls.enter(create, plan, id);
            furnish.accept(create);
            NamespaceCalls.enter(create, plan, OwnNamespace.ofPlace(sort));
        }
    }

    private void makeAndFurnish(Steps create, ObjectId made, Consumer<Steps> furnish) {
        create.call(SystemCall.UNSHARE, NamespaceCalls.flag(sort));
        keep(create, made);
        furnish.accept(create);
        NamespaceCalls.enter(create, plan, OwnNamespace.ofPlace(sort));
    }

    /**
     * In a user namespace. One of mounts is copied from a model, not made there, by which its mounts are locked: nobody in
     * there shall see what they cover, or write where he may only read.
     */
    private void makeOwned(Steps create, ObjectId owner, Consumer<Steps> before) {
        Maker maker = Maker.begin(create, plan, id.value(), (child, directory) -> {
            before.accept(child);
            NamespaceCalls.enter(child, plan, owner);
            child.call(SystemCall.UNSHARE, NamespaceCalls.flag(sort));
        });
        maker.adopt(sort, id);
        maker.dismiss();
    }

    /** Has processes of the job live in it; in one of mounts only when /proc is not needed any more, which it may lack. */
    void admit(Collection<Integer> innerPids) {
        for (int pid : innerPids) {
            String origin = "pid " + pid + ", " + sort.file() + " namespace";
            Steps steps = sort == NamespaceSort.MOUNT ? plan.map(pid, origin) : plan.install(pid, origin);
            NamespaceCalls.enter(steps, plan, id);
        }
    }

    private void keepPlace(Steps create) {
        ObjectId place = OwnNamespace.ofPlace(sort);
        if (!plan.isMade(place)) {
            keep(create, place);
            if (sort == NamespaceSort.MOUNT) {
                ObjectId root = NamespaceCalls.ROOT_OF_PLACE;
                plan.adopt(create, root, FileCalls.hold(create, root.value(), "/"));
            }
        }
    }

    private void keep(Steps create, ObjectId current) {
        Slot opened = create.call(
                current.value(),
                SystemCall.OPENAT,
                Operand.named(-100, "AT_FDCWD"),
                Operand.text("/proc/self/ns/" + sort.file()),
                Operand.named(OpenFlags.RDONLY, "O_RDONLY"));
        plan.adopt(create, current, opened);
    }
}
