package io.ckpt.restart;

import io.ckpt.kernel.OpenFlags;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.PidNumbers;
import io.ckpt.plan.Barrier;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Program;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Threads of processes that have entered a user namespace, where nobody may choose numbers, and which a process with threads
 * cannot enter. A clerk outside says which number the kernel gives next, for one thread after the other.
 */
final class ThreadNumbers {
    private static final String LAST = "/proc/sys/kernel/ns_last_pid";

    private final Set<Integer> inside;
    private final PidNumbers pids;
    private final int firstBarrier;
    private final List<Barrier> barriers = new ArrayList<>();
    private final Program clerk = new Program("clerk");
    private final Map<ObjectId, Program> innerClerks = new LinkedHashMap<>();

    /**
     * @param inside pids of processes in user namespaces
     * @param firstBarrier the first number that no barrier has
     */
    ThreadNumbers(Set<Integer> inside, PidNumbers pids, int firstBarrier) {
        this.inside = inside;
        this.pids = pids;
        this.firstBarrier = firstBarrier;
        inside.forEach(pid ->
                pids.outwards(pids.home(pid)).forEach(each -> innerClerks.put(each, new Program("clerk of " + each))));
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

    /** To be started when nobody else is forked any more. */
    Program clerk() {
        return clerk;
    }

    /** One for each pid namespace of the job's own that such processes live in, to be started there before. */
    Map<ObjectId, Program> innerClerks() {
        return innerClerks;
    }

    /** Lets a process start a thread; a thread in a user namespace finds out first whether it has its number. */
    void start(Steps steps, int pid, Program thread, int tid) {
        if (!areGiven(pid)) {
            steps.startThread(thread, pids.of(tid));
            return;
        }
        List<Program> clerks = clerksOf(pid);
        List<Integer> numbers = pids.of(tid);
        Barrier turn = barrier("turn of tid " + tid, clerks.size() + 1);
        Barrier started = barrier("tid " + tid + " started", clerks.size() + 1);
        for (int i = 0; i < clerks.size(); i++) {
            Program who = clerks.get(i);
            announce(who, tid, numbers.get(i));
            List.of(turn, started).forEach(barrier -> new Steps(who, who.name()).add(new Word.Arrive(barrier)));
        }
        steps.add(new Word.Arrive(turn));
        steps.startThread(thread, List.of());
        steps.add(new Word.Arrive(started));
    }

    void close() {
        Stream.concat(Stream.of(clerk), innerClerks.values().stream())
                .forEach(each -> new Steps(each, each.name()).call(SystemCall.EXIT_GROUP, Operand.of(0)));
    }

    /** From the inside out, as numbers are. */
    private List<Program> clerksOf(int pid) {
        return Stream.concat(pids.outwards(pids.home(pid)).stream().map(innerClerks::get), Stream.of(clerk))
                .toList();
    }

    private static void announce(Program clerk, int tid, int number) {
        Steps steps = new Steps(clerk, "number of tid " + tid);
        String before = Integer.toString(number - 1);
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

    private Barrier barrier(String name, int tasks) {
        Barrier barrier = new Barrier(firstBarrier + barriers.size(), name, tasks, false);
        barriers.add(barrier);
        return barrier;
    }
}
