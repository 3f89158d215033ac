package io.ckpt.kind;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.image.v1.ProcessEntry;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether the order of forks leads every process into its pid namespace, too. A namespace begins with its first process, whose
 * parent can fork further ones into it. Nobody inside can name a process group that is led outside, so that such a group must be
 * the one that a process is born into.
 */
public final class PidBirths {
    private static final int SIGNAL = 0x7f;

    private final ProcessTree tree;
    private final PidNumbers pids;

    private PidBirths(ProcessTree tree, PidNumbers pids) {
        this.tree = tree;
        this.pids = pids;
    }

    /** @throws Fault UNSUPPORTED_OBJECT when there is no such order */
    public static void require(ProcessTree tree, PidNumbers pids) {
        if (!pids.areNone()) {
            PidBirths births = new PidBirths(tree, pids);
            births.born(ProcessTree.OUTSIDE, births.tree.bornOutside(), ProcessTree.OUTSIDE, new HashSet<>());
            births.standIns(ProcessTree.OUTSIDE);
        }
    }

    /** Those who begin a namespace before others in it. */
    public static List<ProcessEntry> sorted(List<ProcessEntry> born, PidNumbers pids) {
        return born.stream()
                .sorted(Comparator.comparing(process -> !pids.isFirst(process.getPid())))
                .toList();
    }

    /**
     * @param group that they are born into
     * @param begun namespaces whose first process their parent has forked
     */
    private void born(int parent, List<ProcessEntry> children, int group, Set<ObjectId> begun) {
        for (ProcessEntry child : sorted(children, pids)) {
            requireHome(parent, child.getPid(), begun);
            requireGroup(child, group);
            requireEnd(child);
            forks(child, group);
        }
    }

    private void forks(ProcessEntry process, int group) {
        int pid = process.getPid();
        Set<ObjectId> begun = new HashSet<>();
        boolean leads = ProcessTree.isSessionLeader(process) || ProcessTree.isGroupLeader(process);
        born(pid, tree.bornBeforeSession(process), group, begun);
        standIns(pid);
        born(pid, tree.bornInSession(process), leads ? pid : group, begun);
        born(pid, tree.adoptedInto(pid), pid, new HashSet<>());
    }

    private void standIns(int forker) {
        for (int leader : tree.standInsOf(forker)) {
            requireStandIn(forker, leader);
            standIns(leader);
            born(leader, tree.adoptedInto(leader), leader, new HashSet<>());
        }
    }

    private void requireHome(int parent, int child, Set<ObjectId> begun) {
        Optional<ObjectId> home = pids.home(child);
        Optional<ObjectId> around = pids.home(parent);
        if (home.equals(around)) {
            return;
        }
        if (pids.isFirst(child) && pids.around(home.orElseThrow()).equals(around)) {
            begun.add(home.get());
        } else if (home.filter(begun::contains).isEmpty()) {
            throw impossible(
                    child,
                    "it came into its pid namespace otherwise than by its parent (setns), or was left behind by one outside",
                    "start it within the namespace");
        }
    }

    private void requireStandIn(int forker, int leader) {
        if (!pids.home(leader).equals(pids.home(forker))) {
            throw impossible(
                    leader,
                    "it led a process group in a pid namespace and has ended, and who leads the session lives outside",
                    "begin a session in the namespace (setsid)");
        }
    }

    private void requireGroup(ProcessEntry process, int group) {
        int own = process.getPgid();
        if (tree.joinsGroup(process) && pids.seenBy(process.getPid(), own) == 0 && own != group) {
            throw impossible(
                    process.getPid(),
                    "its process group " + own + " is led from outside its pid namespace",
                    "begin a process group with the namespace (setsid, or a pipeline that begins with it)");
        }
    }

    /** Nothing that the first process of a namespace sends itself ends it. */
    private void requireEnd(ProcessEntry process) {
        if (pids.isFirst(process.getPid()) && process.hasExitStatus() && (process.getExitStatus() & SIGNAL) != 0) {
            throw impossible(
                    process.getPid(),
                    "a signal ended it, the first of its pid namespace, and nobody has waited for it",
                    "let its parent wait for it");
        }
    }

    private static Fault impossible(int pid, String reason, String remedy) {
        return new Fault(FaultCode.UNSUPPORTED_OBJECT, "pid " + pid + ": " + reason, remedy);
    }
}
