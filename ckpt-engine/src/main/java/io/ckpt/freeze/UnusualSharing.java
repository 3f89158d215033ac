package io.ckpt.freeze;

import io.ckpt.jna.LibCkpt;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Tasks that share other than fork(2) and pthread_create(3) have it: what processes have in common, and what a thread has
 * for itself; see clone(2) and unshare(2).
 *
 * @param pid process of the task
 * @param object {@code memory (CLONE_VM)}
 * @param how {@code it shares it with pid 12}
 */
public record UnusualSharing(int pid, String object, String how) {
    /** What tasks share, by its type of kcmp(2). */
    private enum Part {
        MEMORY(1, "memory (CLONE_VM)", false),
        FILES(2, "descriptor table (CLONE_FILES)", true),
        DIRECTORIES(3, "working and root directory (CLONE_FS)", true),
        SIGNAL_ACTIONS(4, "signal actions (CLONE_SIGHAND)", false);

        private final int type;
        private final String title;
        private final boolean severable;

        /** @param severable a thread may have one of its own */
        Part(int type, String title, boolean severable) {
            this.type = type;
            this.title = title;
            this.severable = severable;
        }

        /** The kernel orders them by a secret of its own. */
        private int compare(int task, int other) {
            int order = LibCkpt.kcmp(task, other, type, 0, 0);
            KernelAnswer.require(order, () -> "tasks " + task + " and " + other + ": kcmp");
            return order == 1 ? -1 : order;
        }
    }

    /** Those that a thread may leave alone; kcmp(2) knows none, and each look costs. */
    private static final List<String> NAMESPACES = List.of("cgroup", "ipc", "net", "pid_for_children", "uts");

    private static final int CAP_SYS_ADMIN = 21;

    static List<UnusualSharing> in(List<? extends FrozenProcess> processes) {
        List<FrozenProcess> living = processes.stream()
                .filter(process -> !process.isZombie())
                .map(FrozenProcess.class::cast)
                .toList();
        Stream<UnusualSharing> parts = Stream.of(Part.values())
                .flatMap(part -> Stream.concat(
                        between(living, part).stream(), living.stream().flatMap(process -> within(process, part))));
        return Stream.concat(parts, living.stream().flatMap(UnusualSharing::namespaces))
                .toList();
    }

    private static List<UnusualSharing> between(List<FrozenProcess> processes, Part part) {
        List<UnusualSharing> found = new ArrayList<>();
        TreeMap<Integer, FrozenProcess> known = new TreeMap<>(part::compare);
        for (FrozenProcess process : processes) {
            FrozenProcess other = known.putIfAbsent(process.task(), process);
            if (other != null) {
                found.add(new UnusualSharing(process.pid(), part.title, "it shares it with pid " + other.pid()));
            }
        }
        return found;
    }

    private static Stream<UnusualSharing> within(FrozenProcess process, Part part) {
        return process.threads().stream()
                .filter(thread -> part.severable && part.compare(thread.tid(), process.task()) != 0)
                .map(thread -> severed(process, thread, part.title));
    }

    private static Stream<UnusualSharing> namespaces(FrozenProcess process) {
        List<FrozenThread> able = process.threads().stream()
                .filter(thread -> thread.tid() != process.task())
                .filter(UnusualSharing::mayLeaveNamespaces)
                .toList();
        return able.isEmpty()
                ? Stream.of()
                : NAMESPACES.stream().flatMap(name -> {
                    Optional<String> common = process.tryLink("ns/" + name);
                    return able.stream()
                            .filter(thread -> !common.equals(
                                    ProcFiles.tryLink(process.pid() + "/task/" + thread.tid() + "/ns/" + name)))
                            .map(thread -> severed(process, thread, name + " namespace"));
                });
    }

    private static boolean mayLeaveNamespaces(FrozenThread thread) {
        return (thread.procStatus().capabilities().permitted() >>> CAP_SYS_ADMIN & 1) != 0;
    }

    private static UnusualSharing severed(FrozenProcess process, FrozenThread thread, String title) {
        return new UnusualSharing(process.pid(), title, "thread " + thread.tid() + " has one of its own");
    }
}
