package io.ckpt.freeze;

import io.ckpt.jna.LibCkpt;
import io.ckpt.kernel.Errno;
import io.ckpt.procfs.ProcStatus;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The members of a pid namespace as this process numbers them. */
public final class PidNamespace {
    private final String name;

    private PidNamespace(String name) {
        this.name = name;
    }

    /** The namespace that a process lives in. */
    public static PidNamespace of(int pid) {
        return new PidNamespace(ProcFiles.link(pid + "/ns/pid"));
    }

    /** True when a process lives in the namespace of this one, or has gone. */
    public static boolean isOurs(int pid) {
        return ProcFiles.tryLink(pid + "/ns/pid")
                .map(ProcFiles.link("self/ns/pid")::equals)
                .orElse(true);
    }

    /** Our pid of every process, by its pid in the namespace. */
    public Map<Integer, Integer> processes() {
        Map<Integer, Integer> found = new HashMap<>();
        for (int pid : ProcFiles.processes()) {
            if (name.equals(ProcFiles.tryLink(pid + "/ns/pid").orElse(""))) {
                status(pid + "/status").ifPresent(status -> found.put(status.innerPid(), pid));
            }
        }
        return found;
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
    public static Map<Integer, Integer> threads(int pid) {
        Map<Integer, Integer> found = new HashMap<>();
        for (int tid : ProcFiles.numbers(pid + "/task")) {
            status(pid + "/task/" + tid + "/status").ifPresent(status -> found.put(status.innerPid(), tid));
        }
        return found;
    }

    private static Optional<ProcStatus> status(String path) {
        return ProcFiles.tryText(path).map(ProcStatus::parse);
    }
}
