package io.ckpt.restart;

import io.ckpt.kernel.OpenFlags;
import io.ckpt.kernel.SystemCall;
import io.ckpt.plan.Barrier;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Program;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Threads of processes that have entered a user namespace, where nobody may choose numbers, and which a process with threads
 * cannot enter. A clerk outside says which number the kernel gives next, for one thread after the other.
 */
final class ThreadNumbers {
    private static final String LAST = "/proc/sys/kernel/ns_last_pid";

    private final Set<Integer> inside;
    private final int firstBarrier;
    private final List<Barrier> barriers = new ArrayList<>();
    private final Program clerk = new Program("clerk");

    /**
     * @param inside pids of processes in user namespaces
     * @param firstBarrier the first number that no barrier has
     */
    ThreadNumbers(Set<Integer> inside, int firstBarrier) {
        this.inside = inside;
        this.firstBarrier = firstBarrier;
    }

    /** Once every thread has been planned. */
    List<Barrier> barriers() {
        return barriers;
    }

    boolean areGiven(int pid) {
        return inside.contains(pid);
    }

    boolean areNeeded() {
        return !inside.isEmpty();
    }

    /** The clerk, to be started before any process. */
    Program clerk() {
        return clerk;
    }

    /** Lets a process start a thread; a thread in a user namespace finds out first whether it has its number. */
    void start(Steps steps, int pid, Program thread, int tid) {
        if (!areGiven(pid)) {
            steps.startThread(thread, tid);
            return;
        }
        Barrier turn = barrier("turn of tid " + tid);
        Barrier started = barrier("tid " + tid + " started");
        announce(tid);
        List.of(turn, started).forEach(barrier -> new Steps(clerk, "clerk").add(new Word.Arrive(barrier)));
        steps.add(new Word.Arrive(turn));
        steps.startThread(thread, 0);
        steps.add(new Word.Arrive(started));
    }

    void close() {
        new Steps(clerk, "clerk").call(SystemCall.EXIT_GROUP, Operand.of(0));
    }

    private void announce(int tid) {
        Steps steps = new Steps(clerk, "number of tid " + tid);
        String before = Integer.toString(tid - 1);
        Slot file = steps.call(
                "last number",
                SystemCall.OPENAT,
                Operand.named(-100, "AT_FDCWD"),
                Operand.text(LAST),
                Operand.named(OpenFlags.WRONLY, "O_WRONLY"));
        Word.Expect all = Word.Expect.exactly(before.length());
        steps.expect(all, SystemCall.WRITE, file, Operand.text(before), Operand.of(before.length()));
        steps.call(SystemCall.CLOSE, file);
    }

    private Barrier barrier(String name) {
        Barrier barrier = new Barrier(firstBarrier + barriers.size(), name, 2, false);
        barriers.add(barrier);
        return barrier;
    }
}
