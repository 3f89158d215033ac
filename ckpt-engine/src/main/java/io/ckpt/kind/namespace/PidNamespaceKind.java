package io.ckpt.kind.namespace;

import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.FrozenThread;
import io.ckpt.image.v1.PidNamespaceState;
import io.ckpt.kernel.NamespaceSort;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.NamespaceCalls;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.OwnNamespace;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Steps;
import io.ckpt.procfs.ProcStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A pid namespace within that of the job. It is made with its first process, as every process is forked in the namespace that
 * it lives in; the kind tells what it calls whom, and plans whose next children will be in it.
 */
public final class PidNamespaceKind implements ObjectKind<OwnNamespace, PidNamespaceState> {
    /** As a task gets no more numbers from a plan, one of them in the job's namespace. */
    private static final int DEEPEST = 5;

    private static final int FIRST = 1;

    @Override
    public String name() {
        return "pid-namespace";
    }

    @Override
    public PidNamespaceState emptyState() {
        return PidNamespaceState.getDefaultInstance();
    }

    @Override
    public boolean accepts(OwnNamespace namespace, CaptureContext context) {
        return namespace.sort() == NamespaceSort.PID;
    }

    @Override
    public PidNamespaceState capture(OwnNamespace namespace, CaptureContext context) {
        List<String> outwards = namespace.first().pidNamespaces();
        int level = outwards.indexOf(namespace.name());
        if (level >= DEEPEST) {
            refuse(namespace.first(), namespace, context, "it lies in more than " + DEEPEST + " others of the job");
        }
        PidNamespaceState.Builder state = PidNamespaceState.newBuilder();
        if (level > 0) {
            state.setAround("namespace:" + outwards.get(level - 1));
        }
        numbers(namespace, level)
                .forEach((id, inside) -> state.addNumbers(
                        PidNamespaceState.Number.newBuilder().setId(id).setInside(inside)));
        if (!state.getNumbersList().stream().anyMatch(number -> number.getInside() == FIRST)) {
            refuse(namespace.first(), namespace, context, "its first process is not part of the job");
        }
        parents(namespace, context).forEach(parent -> state.addParents(parent(parent, namespace, context)));
        return state.build();
    }

    private static Map<Integer, Integer> numbers(OwnNamespace namespace, int level) {
        Map<Integer, Integer> numbers = new TreeMap<>();
        for (FrozenProcess process : namespace.members()) {
            note(process.procStatus(), level, numbers);
            process.threads().stream()
                    .map(FrozenThread::procStatus)
                    .forEach(status -> note(status, ProcStatus::pids, level, numbers));
        }
        return numbers;
    }

    private static void note(ProcStatus status, int level, Map<Integer, Integer> numbers) {
        note(status, ProcStatus::threadGroupIds, level, numbers);
        note(status, ProcStatus::processGroupIds, level, numbers);
        note(status, ProcStatus::sessionIds, level, numbers);
    }

    private static void note(
            ProcStatus status, Function<ProcStatus, List<Integer>> ids, int level, Map<Integer, Integer> numbers) {
        int inside = ids.apply(status).get(status.job() + 1 + level);
        if (inside != 0) {
            numbers.put(ids.apply(status).get(status.job()), inside);
        }
    }

    /** Living processes outside, each of whose further children will live in the namespace. */
    private static List<FrozenProcess> parents(OwnNamespace namespace, CaptureContext context) {
        return context.job().processes().stream()
                .filter(process ->
                        !process.isZombie() && !process.pidNamespaces().contains(namespace.name()))
                .filter(process -> process.tryLink("ns/pid_for_children").equals(Optional.of(namespace.name())))
                .toList();
    }

    private static int parent(FrozenProcess process, OwnNamespace namespace, CaptureContext context) {
        if (process.threads().size() > 1) {
            refuse(process, namespace, context, "who forks into it has threads");
        }
        return process.innerPid();
    }

    private static void refuse(FrozenProcess process, OwnNamespace namespace, CaptureContext context, String reason) {
        context.refuse(
                process.pid(),
                "pid namespace " + namespace.name(),
                reason,
                "run the program in the pid namespace of the job");
    }

    /** When all have been forked, and before a parent enters its user namespace, where it has no right to. */
    @Override
    public void plan(ObjectId id, PidNamespaceState state, PlanContext plan) {
        int first = state.getNumbersList().stream()
                .filter(number -> number.getInside() == FIRST)
                .mapToInt(PidNamespaceState.Number::getId)
                .findFirst()
                .orElse(0);
        for (int pid : state.getParentsList()) {
            Steps steps = plan.map(pid, "pid " + pid + ", pid namespace of its children");
            NamespaceCalls.enterPids(steps, Operand.of(plan.seenBy(pid, first)));
        }
    }
}
