package io.ckpt.freeze;

import io.ckpt.jna.LibCkpt;
import java.util.ArrayList;
import java.util.List;
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

    static List<UnusualSharing> in(List<? extends FrozenProcess> processes) {
        List<FrozenProcess> living = processes.stream()
                .filter(process -> !process.isZombie())
                .map(FrozenProcess.class::cast)
                .toList();
        return Stream.of(Part.values())
                .flatMap(part -> Stream.concat(
                        between(living, part).stream(), living.stream().flatMap(process -> within(process, part))))
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
                .map(thread -> new UnusualSharing(
                        process.pid(), part.title, "thread " + thread.tid() + " has one of its own"));
    }
}
