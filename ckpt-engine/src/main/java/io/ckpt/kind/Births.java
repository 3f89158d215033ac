package io.ckpt.kind;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.image.v1.ProcessEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The session that each process of a forest is born into. Where no parent can offer it, an ancestor of the session's
 * leader adopts the process: it was forked in that session by somebody who has ended.
 */
final class Births {
    private final ProcessTree tree;
    private final Map<Integer, Set<Integer>> wanted = new HashMap<>();
    private final Map<Integer, Integer> sessions = new HashMap<>();
    private final Map<Integer, List<ProcessEntry>> adopted = new LinkedHashMap<>();

    private Births(ProcessTree tree) {
        this.tree = tree;
    }

    static Births of(ProcessTree tree) {
        Births births = new Births(tree);
        tree.roots().forEach(births::want);
        tree.roots().forEach(root -> births.settle(root, List.of(ProcessTree.OUTSIDE)));
        births.adopted.forEach(births::requireAdoptable);
        return births;
    }

    int session(ProcessEntry process) {
        return sessions.get(process.getPid());
    }

    boolean isBornOfParent(ProcessEntry process) {
        return !adoptedInto(session(process)).contains(process);
    }

    List<ProcessEntry> adoptedInto(int session) {
        return adopted.getOrDefault(session, List.of());
    }

    /** True when orphans have this parent. */
    boolean adopts(int pid) {
        return adopted.values().stream()
                .flatMap(List::stream)
                .anyMatch(orphan -> tree.parentOf(orphan.getPid()) == pid);
    }

    /** The parent that all orphans of a session have. */
    int adopterOf(int session) {
        return adoptedInto(session).stream()
                .findFirst()
                .map(orphan -> tree.parentOf(orphan.getPid()))
                .orElse(ProcessTree.OUTSIDE);
    }

    /** Sessions that would help: its own for a member, for a leader those of members among its children. */
    private Set<Integer> want(ProcessEntry process) {
        Set<Integer> sessions = new LinkedHashSet<>();
        tree.childrenOf(process).forEach(child -> sessions.addAll(want(child)));
        sessions.remove(process.getPid());
        if (!ProcessTree.isSessionLeader(process)) {
            sessions.clear();
            sessions.add(tree.sessionOf(process));
        }
        wanted.put(process.getPid(), sessions);
        return sessions;
    }

    /** @param offered sessions that the parent was in, the last of them first */
    private void settle(ProcessEntry process, List<Integer> offered) {
        boolean leads = ProcessTree.isSessionLeader(process);
        int session = wanted.get(process.getPid()).stream()
                .filter(offered::contains)
                .findFirst()
                .orElse(leads ? offered.get(0) : tree.sessionOf(process));
        sessions.put(process.getPid(), session);
        if (!offered.contains(session)) {
            adopted.computeIfAbsent(session, any -> new ArrayList<>()).add(process);
        }
        List<Integer> offers = leads ? List.of(process.getPid(), session) : List.of(session);
        tree.childrenOf(process).forEach(child -> settle(child, offers));
    }

    /** An orphan goes to the nearest ancestor of its session's leader that adopts at all. */
    private void requireAdoptable(int session, List<ProcessEntry> orphans) {
        for (ProcessEntry orphan : orphans) {
            boolean led = session != ProcessTree.OUTSIDE;
            int adopter = tree.isGone(session) ? adopterOf(session) : nearestAdopter(session);
            if (!led || adopter != tree.parentOf(orphan.getPid())) {
                throw impossible(orphan);
            }
        }
    }

    private int nearestAdopter(int leader) {
        int ancestor = tree.parentOf(leader);
        while (ancestor != ProcessTree.OUTSIDE && !adopts(ancestor)) {
            ancestor = tree.parentOf(ancestor);
        }
        return ancestor;
    }

    private static Fault impossible(ProcessEntry process) {
        return new Fault(
                FaultCode.UNSUPPORTED_OBJECT,
                "pid " + process.getPid() + ", session " + process.getSid()
                        + ": no order of forks leads to this session",
                "run the program so that session leaders live as long as their sessions");
    }
}
