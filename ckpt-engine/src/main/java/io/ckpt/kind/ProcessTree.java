package io.ckpt.kind;

import io.ckpt.image.v1.ProcessEntry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The process forest of a job and the order in which it can be forked again. A process is born into the session of its
 * parent and can only leave it for one of its own, so whoever belongs to an older session of its parent is forked before
 * the parent calls setsid(2). Whom that does not help is an {@linkplain #adoptedInto orphan}. A session or group whose
 * leader has gone is led by a {@linkplain #standInsOf stand-in} while the forest is rebuilt.
 */
public final class ProcessTree {
    /** Stands for whatever is not part of the job: the parent of its first processes, the leader of their session. */
    public static final int OUTSIDE = 0;

    private final Map<Integer, ProcessEntry> byPid = new HashMap<>();
    private final Map<Integer, List<ProcessEntry>> children = new HashMap<>();
    private final List<ProcessEntry> roots = new ArrayList<>();
    private final Set<Integer> goneLeaders;
    private final Births births;
    private final Map<Integer, List<Integer>> standIns = new HashMap<>();

    /**
     * @param goneLeaders sessions and groups of the job whose leader has ended and been reaped
     * @throws io.ckpt.fault.Fault UNSUPPORTED_OBJECT when there is no such order
     */
    public ProcessTree(List<ProcessEntry> processes, Collection<Integer> goneLeaders) {
        this.goneLeaders = new HashSet<>(goneLeaders);
        processes.forEach(process -> byPid.put(process.getPid(), process));
        for (ProcessEntry process : processes) {
            if (byPid.containsKey(process.getPpid())) {
                children.computeIfAbsent(process.getPpid(), pid -> new ArrayList<>())
                        .add(process);
            } else {
                roots.add(process);
            }
        }
        this.births = Births.of(this);
        goneLeaders.forEach(leader -> standIns.computeIfAbsent(forkerOf(leader), pid -> new ArrayList<>())
                .add(leader));
    }

    /** Processes whose parent is not part of the job. */
    public List<ProcessEntry> roots() {
        return List.copyOf(roots);
    }

    /** Roots but for orphans. */
    public List<ProcessEntry> bornOutside() {
        return roots.stream().filter(births::isBornOfParent).toList();
    }

    /** How many tasks rebuild the forest, stand-ins included. */
    public int size() {
        return byPid.size() + goneLeaders.size();
    }

    /** Children that must be forked before their parent makes a session of its own. */
    public List<ProcessEntry> bornBeforeSession(ProcessEntry parent) {
        return bornOf(parent).stream()
                .filter(child -> isSessionLeader(parent) && births.session(child) != parent.getSid())
                .toList();
    }

    public List<ProcessEntry> bornInSession(ProcessEntry parent) {
        List<ProcessEntry> earlier = bornBeforeSession(parent);
        return bornOf(parent).stream().filter(child -> !earlier.contains(child)).toList();
    }

    /** Orphans that are born into a session by its leader, or by who stands in for him, for their parent cannot. */
    public List<ProcessEntry> adoptedInto(int session) {
        return births.adoptedInto(session);
    }

    /** True when orphans come to this process once those who bore them have ended. */
    public boolean adopts(ProcessEntry process) {
        return births.adopts(process.getPid());
    }

    /** Pids of gone leaders that this process, or OUTSIDE, forks for a while; see {@link #isGoneSession}. */
    public List<Integer> standInsOf(int pid) {
        return standIns.getOrDefault(pid, List.of());
    }

    /** True for a gone leader of a session, false for that of a group alone. */
    public boolean isGoneSession(int goneLeader) {
        return byPid.values().stream().anyMatch(process -> process.getSid() == goneLeader);
    }

    /** Those that adopt others first. */
    public List<ProcessEntry> zombiesOf(ProcessEntry parent) {
        return childrenOf(parent).stream()
                .filter(ProcessEntry::hasExitStatus)
                .sorted((a, b) -> Boolean.compare(isSessionLeader(b), isSessionLeader(a)))
                .toList();
    }

    public static boolean isSessionLeader(ProcessEntry process) {
        return process.getSid() == process.getPid();
    }

    public static boolean isGroupLeader(ProcessEntry process) {
        return process.getPgid() == process.getPid();
    }

    /** True when the process belongs to a group that another process of the job leads, or led. */
    public boolean joinsGroup(ProcessEntry process) {
        return !isGroupLeader(process) && isLedHere(process.getPgid());
    }

    List<ProcessEntry> childrenOf(ProcessEntry parent) {
        return children.getOrDefault(parent.getPid(), List.of());
    }

    /** The parent's pid, or OUTSIDE. */
    int parentOf(int pid) {
        ProcessEntry process = byPid.get(pid);
        return process != null && byPid.containsKey(process.getPpid()) ? process.getPpid() : OUTSIDE;
    }

    boolean isGone(int leader) {
        return goneLeaders.contains(leader);
    }

    /** Sessions led from outside the job are all one: the session of the place where the job is rebuilt. */
    int sessionOf(ProcessEntry process) {
        return isLedHere(process.getSid()) ? process.getSid() : OUTSIDE;
    }

    private boolean isLedHere(int leader) {
        return byPid.containsKey(leader) || isGone(leader);
    }

    private List<ProcessEntry> bornOf(ProcessEntry parent) {
        return childrenOf(parent).stream().filter(births::isBornOfParent).toList();
    }

    /** A session is begun by who adopts its members, a group by the leader of its session. */
    private int forkerOf(int goneLeader) {
        return isGoneSession(goneLeader)
                ? births.adopterOf(goneLeader)
                : byPid.values().stream()
                        .filter(process -> process.getPgid() == goneLeader)
                        .findFirst()
                        .map(this::sessionOf)
                        .orElse(OUTSIDE);
    }
}
