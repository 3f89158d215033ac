package io.ckpt.kind.namespace;

import io.ckpt.image.v1.Mount;
import io.ckpt.image.v1.MountNamespace;
import io.ckpt.kernel.NamespaceSort;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.FileCalls;
import io.ckpt.kind.NamespaceCalls;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.OwnNamespace;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import io.ckpt.procfs.MountInfo;

/**
 * Mounts of proc that show a pid namespace of the job's own, and what is mounted over parts of them. A proc shows the namespace
 * of who mounts it, so that the first process of that does so once it is there, in a mount namespace that need not be its own.
 * Until then, and below it, there is a proc of the place: files are opened by the help of /proc.
 */
final class ShownPids {
    static final String TYPE = "proc";

    private final ObjectId id;
    private final MountNamespace state;
    private final PlanContext plan;

    ShownPids(ObjectId id, MountNamespace state, PlanContext plan) {
        this.id = id;
        this.state = state;
        this.plan = plan;
    }

    /** Of the mount itself, or of one that its target lies in; 0 for all others. */
    private int mounter(Mount mount) {
        return state.getMountsList().stream()
                .filter(each -> each.getShownBy() != 0 && MountInfo.isWithin(mount.getTarget(), each.getTarget()))
                .mapToInt(Mount::getShownBy)
                .findFirst()
                .orElse(0);
    }

    void mountAll() {
        state.getMountsList().stream().filter(mount -> mounter(mount) != 0).forEach(this::mount);
    }

    private void mount(Mount mount) {
        int pid = mounter(mount);
        Steps steps = plan.install(pid, "pid " + pid + ", " + mount.getTarget() + " in " + id);
        MountPlan mounts = new MountPlan(id, state, plan, steps);
        Slot place = FileCalls.hold(steps, "place", "/");
        if (mount.getInner()) {
            NamespaceCalls.enter(steps, plan, id);
            mounts.put(mounts.take(mount, place), mount);
        } else {
            Slot tree = mounts.take(mount, place);
            NamespaceCalls.enter(steps, plan, id);
            mounts.put(tree, mount);
        }
        mounts.settle(mount);
        NamespaceCalls.enter(steps, plan, OwnNamespace.ofPlace(NamespaceSort.MOUNT));
        steps.call(SystemCall.CLOSE, place);
    }
}
