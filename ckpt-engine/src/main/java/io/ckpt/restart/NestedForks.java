package io.ckpt.restart;

import io.ckpt.kernel.NamespaceSort;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.NamespaceCalls;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.PidNumbers;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Program;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import java.util.Optional;

/** Forks each task in the pid namespace that it lives in, with its numbers there and in those around. */
final class NestedForks {
    private final PidNumbers pids;

    NestedForks(PidNumbers pids) {
        this.pids = pids;
    }

    /** @param forker whose words these are; {@link io.ckpt.kind.ProcessTree#OUTSIDE} for one that is not of the job */
    Slot fork(Steps steps, int forker, Program child, int id) {
        Optional<ObjectId> home = pids.home(id);
        if (home.equals(pids.home(forker))) {
            return steps.fork(child, pids.of(id));
        }
        if (pids.isFirst(id)) {
            steps.call(SystemCall.UNSHARE, NamespaceCalls.flag(NamespaceSort.PID));
        } else {
            enter(steps, forker, home.orElseThrow());
        }
        Slot forked = steps.fork(child, pids.of(id));
        comeBack(steps);
        return forked;
    }

    /** What is forked next is born in a namespace that somebody lives in. */
    void enter(Steps steps, int forker, ObjectId namespace) {
        NamespaceCalls.enterPids(steps, Operand.of(pids.seenBy(forker, pids.firstOf(namespace))));
    }

    /** What is forked next is born in the namespace of the caller. */
    void comeBack(Steps steps) {
        NamespaceCalls.enterPids(steps, steps.call("self", SystemCall.GETPID));
    }
}
