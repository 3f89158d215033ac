package io.ckpt.kind.process;

import io.ckpt.freeze.FrozenProcess;
import io.ckpt.image.v1.UnbornPidNamespace;
import io.ckpt.kernel.CloneFlags;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Operand;
import java.util.Optional;

/**
 * A pid namespace that a process has made for its children (CLONE_NEWPID of unshare(2)). As long as there is no child, nobody is
 * in it, and it is made again; the kernel shows none then. One whose first process has ended is refused: no further ones can be
 * born in it.
 */
public final class UnbornPidNamespaceKind implements ObjectKind<FrozenProcess, UnbornPidNamespace> {
    private static final String OWN = "ns/pid";
    private static final String OF_CHILDREN = "ns/pid_for_children";

    @Override
    public String name() {
        return "unborn-pid-namespace";
    }

    @Override
    public UnbornPidNamespace emptyState() {
        return UnbornPidNamespace.getDefaultInstance();
    }

    @Override
    public boolean accepts(FrozenProcess process, CaptureContext context) {
        Optional<String> ofChildren = process.tryLink(OF_CHILDREN);
        return !ofChildren.equals(Optional.of(process.link(OWN)))
                && ofChildren.filter(name -> isLivedIn(name, context)).isEmpty();
    }

    /** By its first process too, with which all others end. */
    private static boolean isLivedIn(String name, CaptureContext context) {
        return context.job().processes().stream()
                .anyMatch(process ->
                        !process.isZombie() && process.pidNamespaces().contains(name));
    }

    @Override
    public UnbornPidNamespace capture(FrozenProcess process, CaptureContext context) {
        process.tryLink(OF_CHILDREN)
                .ifPresent(name -> context.refuse(
                        process.pid(),
                        "pid namespace " + name.substring(name.indexOf(':') + 1) + " of its children",
                        "its first process has ended, or is not part of the job",
                        "let that process live as long as its parent"));
        return emptyState();
    }

    /** When the process has its threads: afterwards it can start none. */
    @Override
    public void plan(ObjectId id, UnbornPidNamespace state, PlanContext plan) {
        plan.arm(id.number(), "pid " + id.number() + ", pid namespace of its children")
                .call(SystemCall.UNSHARE, Operand.named(CloneFlags.NEWPID, "CLONE_NEWPID"));
    }
}
