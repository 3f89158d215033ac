package io.ckpt.freeze;

import io.ckpt.fault.Fault;
import io.ckpt.jna.LibCkpt;
import io.ckpt.kernel.Errno;
import io.ckpt.procfs.ProcStatus;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Who lives in a pid namespace, or in one within it, as this process numbers them. */
public final class PidNamespace {
    private static final int FIRST = 1;

    private final String name;
    private final int depth;

    private PidNamespace(String name, int depth) {
        this.name = name;
        this.depth = depth;
    }

    /** The namespace that a process lives in. */
    public static PidNamespace of(int pid) {
        return new PidNamespace(ProcFiles.link(pid + "/ns/pid"), depth(pid));
    }

    /** How many pid namespaces that of a process lies within that of this one; 0 when it has gone. */
    static int depth(int pid) {
        return ProcFiles.tryText(pid + "/status")
                .map(text -> ProcStatus.parse(text).job())
                .orElse(0);
    }

    /** The same for a job that begins with a process, which may begin a pid namespace of the job's own itself. */
    static int depthOfJob(int pid) {
        return ProcFiles.tryText(pid + "/status")
                .map(ProcStatus::parse)
                .map(status -> status.job() > 0 && status.innerTgid() == FIRST ? status.job() - 1 : status.job())
                .orElse(0);
    }

    /** True when a job that begins with a process lives in the namespace of this one, or has gone. */
    public static boolean isOurs(int pid) {
        return depthOfJob(pid) == 0;
    }

    /** Our pid of every process, by its pid in the namespace. */
    public Map<Integer, Integer> processes() {
        Map<Integer, Integer> found = new HashMap<>();
        for (int pid : ProcFiles.processes()) {
            if (holds(pid)) {
                number(pid + "/status").ifPresent(inner -> found.put(inner, pid));
            }
        }
        return found;
    }

    private boolean holds(int pid) {
        Optional<String> own = ProcFiles.tryLink(pid + "/ns/pid");
        if (own.isEmpty() || own.get().equals(name) || own.equals(ProcFiles.tryLink("self/ns/pid"))) {
            return own.filter(name::equals).isPresent();
        }
        int within = depth(pid) - depth;
        return within > 0 && isAround(pid, within);
    }

    private boolean isAround(int pid, int within) {
        try {
            return PidNamespaces.innermost(pid, within + 1).get(0).equals(name);
        } catch (Fault gone) {
            return false;
        }
    }

    /** What {@code /proc/NAME} says of a task in it. */
    ProcStatus status(String name) {
        return ProcStatus.parse(ProcFiles.text(name), depth);
    }

    /** Returns when a process has ended, reaped or not: by then its children have their new parent. */
    public void awaitGone(int pid, Duration limit) {
        int descriptor = LibCkpt.pidfdOpen(pid);
        if (Errno.ESRCH.is(descriptor)) {
            return;
        }
        KernelAnswer.require(descriptor, () -> "pid " + pid + ": pidfd_open");
        try {
            int gone = LibCkpt.waitGone(descriptor, (int) limit.toMillis());
            KernelAnswer.require(gone, () -> "pid " + pid + " does not end");
        } finally {
            LibCkpt.close(descriptor);
        }
    }

    /** Our tid of every thread of process {@code pid}, by its tid in the namespace. */
    public Map<Integer, Integer> threads(int pid) {
        Map<Integer, Integer> found = new HashMap<>();
        for (int tid : ProcFiles.numbers(pid + "/task")) {
            number(pid + "/task/" + tid + "/status").ifPresent(inner -> found.put(inner, tid));
        }
        return found;
    }

    private Optional<Integer> number(String path) {
        return ProcFiles.tryText(path).map(text -> ProcStatus.parse(text, depth).innerPid());
    }
}
