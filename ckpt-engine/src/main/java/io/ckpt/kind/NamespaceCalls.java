package io.ckpt.kind;

import io.ckpt.kernel.CloneFlags;
import io.ckpt.kernel.NamespaceSort;
import io.ckpt.kernel.SystemCall;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;

/** Into a namespace that the nursery keeps open. */
public final class NamespaceCalls {
    /** The place's root directory, which need not be that of its mount namespace. */
    public static final ObjectId ROOT_OF_PLACE = new ObjectId("namespace:mnt/root");

    private NamespaceCalls() {}

    public static void enter(Steps steps, PlanContext plan, ObjectId target) {
        NamespaceSort sort = OwnNamespace.sortOf(target);
        steps.call(SystemCall.SETNS, plan.descriptor(target), flag(sort));
        if (target.equals(OwnNamespace.ofPlace(NamespaceSort.MOUNT))) {
            steps.call(SystemCall.FCHDIR, plan.descriptor(ROOT_OF_PLACE));
            steps.call(SystemCall.CHROOT, Operand.text("."));
        }
    }

    /** The next children will be in the pid namespace of a process, which the caller is in or which lies within his. */
    public static void enterPids(Steps steps, Operand pid) {
        Slot process = steps.call("process", SystemCall.PIDFD_OPEN, pid, Operand.of(0));
        steps.call(SystemCall.SETNS, process, flag(NamespaceSort.PID));
        steps.call(SystemCall.CLOSE, process);
    }

    public static Operand flag(NamespaceSort sort) {
        return Operand.named(sort.flag(), CloneFlags.text(sort.flag()));
    }
}
