package io.ckpt.kind;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.image.v1.ProcessEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The process forest of a job and the order in which it can be forked again. A process is born into the session of its
 * parent and can only leave it for one of its own, so whoever belongs to an older session of its parent is forked before
 * the parent calls setsid(2).
 */
public final class ProcessTree {
    private final Map<Integer, ProcessEntry> byPid = new HashMap<>();
    private final Map<Integer, List<ProcessEntry>> children = new HashMap<>();
    private final List<ProcessEntry> roots = new ArrayList<>();

    /** @throws Fault UNSUPPORTED_OBJECT when there is no such order */
    public ProcessTree(List<ProcessEntry> processes) {
        processes.forEach(process -> byPid.put(process.getPid(), process));
        for (ProcessEntry process : processes) {
            if (byPid.containsKey(process.getPpid())) {
                children.computeIfAbsent(process.getPpid(), pid -> new ArrayList<>())
                        .add(process);
            } else {
                roots.add(process);
            }
        }
        roots.forEach(root -> requireBornOutside(root));
    }

    /** Processes whose parent is not part of the job. */
    public List<ProcessEntry> roots() {
        return List.copyOf(roots);
    }

    public int size() {
        return byPid.size();
    }

    /** Children that must be forked before their parent makes a session of its own. */
    public List<ProcessEntry> bornBeforeSession(ProcessEntry parent) {
        return childrenOf(parent).stream()
                .filter(child -> isSessionLeader(parent) && isBornElsewhere(child, parent))
                .toList();
    }

    public List<ProcessEntry> bornInSession(ProcessEntry parent) {
        List<ProcessEntry> earlier = bornBeforeSession(parent);
        return childrenOf(parent).stream()
                .filter(child -> !earlier.contains(child))
                .toList();
    }

    public List<ProcessEntry> zombiesOf(ProcessEntry parent) {
        return childrenOf(parent).stream().filter(ProcessEntry::hasExitStatus).toList();
    }

    public static boolean isSessionLeader(ProcessEntry process) {
        return process.getSid() == process.getPid();
    }

    public static boolean isGroupLeader(ProcessEntry process) {
        return process.getPgid() == process.getPid();
    }

    /** True when the process belongs to a group whose leader is another process of the job. */
    public boolean joinsGroup(ProcessEntry process) {
        return !isGroupLeader(process) && byPid.containsKey(process.getPgid());
    }

    private List<ProcessEntry> childrenOf(ProcessEntry parent) {
        return children.getOrDefault(parent.getPid(), List.of());
    }

    private boolean isBornElsewhere(ProcessEntry child, ProcessEntry parent) {
        return birthSession(child)
                .map(session -> session != session(parent.getSid()))
                .orElse(false);
    }

    /** The session a process must be born into; empty when any will do. */
    private Optional<Integer> birthSession(ProcessEntry process) {
        if (!isSessionLeader(process)) {
            return Optional.of(session(process.getSid()));
        }
        Set<Integer> older = new HashSet<>();
        for (ProcessEntry child : childrenOf(process)) {
            birthSession(child)
                    .filter(session -> session != process.getSid())
                    .ifPresent(older::add);
        }
        if (older.size() > 1) {
            throw impossible(process);
        }
        return older.stream().findFirst();
    }

    /** Sessions led from outside the job are all one: the session of the place where the job is rebuilt. */
    private int session(int sid) {
        return byPid.containsKey(sid) ? sid : 0;
    }

    private void requireBornOutside(ProcessEntry root) {
        if (birthSession(root).filter(session -> session != 0).isPresent()) {
            throw impossible(root);
        }
        requireFeasible(root);
    }

    private void requireFeasible(ProcessEntry parent) {
        int own = session(parent.getSid());
        Optional<Integer> birth = birthSession(parent);
        for (ProcessEntry child : childrenOf(parent)) {
            Optional<Integer> wanted = birthSession(child);
            if (wanted.isPresent() && wanted.get() != own && !(isSessionLeader(parent) && wanted.equals(birth))) {
                throw impossible(child);
            }
            requireFeasible(child);
        }
    }

    private static Fault impossible(ProcessEntry process) {
        return new Fault(
                FaultCode.UNSUPPORTED_OBJECT,
                "pid " + process.getPid() + ", session " + process.getSid()
                        + ": no order of forks leads to this session (its leader is gone)",
                "run the program so that session leaders live as long as their sessions");
    }
}
