package io.ckpt.restart;

import io.ckpt.image.v1.Manifest;
import io.ckpt.image.v1.ProcessEntry;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The pids and tids of a job, and the numbers of its sessions and groups. */
public final class Pids {
    private Pids() {}

    public static Set<Integer> of(Manifest manifest) {
        Set<Integer> used = new HashSet<>();
        manifest.getProcessesList().forEach(process -> {
            used.add(process.getPid());
            used.addAll(process.getTidsList());
        });
        used.addAll(manifest.getGoneLeadersList());
        return used;
    }

    /** Processes whose threads get the numbers that the kernel gives next; right only where nobody else is given any. */
    public static Set<Integer> withGivenThreads(Manifest manifest) {
        return manifest.getProcessesList().stream()
                .filter(process -> process.getInUserNamespace() && process.getTidsCount() > 1)
                .map(ProcessEntry::getPid)
                .collect(Collectors.toSet());
    }

    /** A pid for the restorer itself; 0 where the kernel may choose. */
    static int ofRestorer(Manifest manifest) {
        return unused(manifest).next();
    }

    /** Pids for tasks that help to rebuild the job and are none of it; 0 where the kernel may choose. */
    static Iterator<Integer> ofHelpers(Manifest manifest) {
        Iterator<Integer> unused = unused(manifest);
        unused.next();
        return unused;
    }

    /** Above init's in a pid namespace of the job's own, where the kernel would choose one that is soon needed. */
    private static Iterator<Integer> unused(Manifest manifest) {
        if (!manifest.getPrivatePidNamespace()) {
            return IntStream.generate(() -> 0).iterator();
        }
        Set<Integer> used = of(manifest);
        return IntStream.iterate(2, pid -> pid + 1)
                .filter(pid -> !used.contains(pid))
                .iterator();
    }
}
