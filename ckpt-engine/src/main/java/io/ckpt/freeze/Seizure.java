package io.ckpt.freeze;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.jna.LibCkpt;
import io.ckpt.kernel.Errno;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Stopping a tree of processes that moves meanwhile: every task found is seized, until a look at the tree finds no task
 * that is not. Lives on the tracer thread; whoever closes that thread releases all that was seized.
 */
final class Seizure {
    private static final int SLICE_MILLIS = 20;

    /** One task of the job; tasks that have ended stay, so that nobody tries them again. */
    private enum State {
        SEIZED,
        STOPPED,
        JOB_CONTROL_STOPPED,
        ENDED
    }

    private final ProcessTree tree;
    private final long deadline;
    /** By pid, then by tid, both as first seen. */
    private final Map<Integer, Map<Integer, State>> tasks = new LinkedHashMap<>();

    /** What the last look at the tree found. */
    private Set<Integer> pids = Set.of();

    private long firstStop;

    Seizure(ProcessTree tree, Duration limit) {
        this.tree = tree;
        this.deadline = System.nanoTime() + limit.toNanos();
    }

    /** Stops all tasks; the moment of the first stop, of System.nanoTime(). */
    long stopAll() {
        while (seizeNew() | lookAgain()) {
            waitForStops();
        }
        return firstStop;
    }

    /** Processes in order, parents first, each with its stopped threads: true for those that job control stopped. */
    Map<Integer, Map<Integer, Boolean>> stopped() {
        Map<Integer, Map<Integer, Boolean>> result = new LinkedHashMap<>();
        for (int pid : pids) {
            result.put(pid, stoppedThreads(pid));
        }
        tasks.keySet().stream() // children of processes that ended meanwhile have left the tree
                .filter(pid -> !result.containsKey(pid) && !stoppedThreads(pid).isEmpty())
                .forEach(pid -> result.put(pid, stoppedThreads(pid)));
        result.keySet().removeIf(pid -> result.get(pid).isEmpty() && !TaskFacts.isZombie(pid));
        return result;
    }

    private Map<Integer, Boolean> stoppedThreads(int pid) {
        Map<Integer, Boolean> threads = new TreeMap<>();
        tasks.getOrDefault(pid, Map.of()).forEach((tid, state) -> {
            if (state != State.ENDED) {
                threads.put(tid, state == State.JOB_CONTROL_STOPPED);
            }
        });
        return threads;
    }

    /** True when a task was found that had not been seized. */
    private boolean seizeNew() {
        boolean found = false;
        pids = tree.pids();
        for (int pid : pids) {
            for (int tid : ProcFiles.numbers(pid + "/task")) {
                if (!tasks.computeIfAbsent(pid, any -> new LinkedHashMap<>()).containsKey(tid)) {
                    seize(pid, tid);
                    found = true;
                }
            }
        }
        requireTime("the job starts processes faster than they can be stopped");
        return found;
    }

    private void seize(int pid, int tid) {
        int answer = LibCkpt.seize(tid);
        if (answer >= 0 || TaskFacts.isHeldByThisThread(pid, tid)) {
            tasks.get(pid).put(tid, State.SEIZED);
            return;
        }
        if (!Errno.ESRCH.is(answer) && !TaskFacts.hasEnded(pid, tid)) {
            throw TaskFacts.whyNotSeized(pid, tid, answer);
        }
        tasks.get(pid).put(tid, State.ENDED);
    }

    /**
     * Finds leaders whose place another thread has taken by execve(2), seized or not: their tid says stopped or ended
     * here and is neither. True when there was one.
     */
    private boolean lookAgain() {
        List<Map.Entry<Integer, State>> moved = tasks.entrySet().stream()
                .flatMap(process -> process.getValue().entrySet().stream()
                        .filter(task -> task.getKey().equals(process.getKey())))
                .filter(leader -> leader.getValue() == State.ENDED
                        ? !TaskFacts.hasEnded(leader.getKey(), leader.getKey())
                        : !isStopped(leader.getKey()))
                .toList();
        moved.forEach(leader -> leader.setValue(State.SEIZED));
        return !moved.isEmpty();
    }

    private static boolean isStopped(int tid) {
        byte[] registers = new byte[GeneralRegisters.LENGTH];
        return LibCkpt.getRegset(tid, GeneralRegisters.TYPE, registers, registers.length) >= 0;
    }

    private void waitForStops() {
        List<Integer> stuck = waitOnce();
        while (!stuck.isEmpty()) {
            requireTime(TaskFacts.whyNotStopped(stuck.get(0)));
            stuck.forEach(this::letChildrenGo);
            stuck = waitOnce();
        }
    }

    /** Gives every task that is still running a slice of time; the processes with one that needs more. */
    private List<Integer> waitOnce() {
        List<Integer> stuck = new ArrayList<>();
        tasks.forEach((pid, threads) -> threads.entrySet().removeIf(task -> {
            if (task.getValue() == State.SEIZED) {
                task.setValue(waitForStop(pid, task.getKey()));
            }
            if (task.getValue() == State.SEIZED) {
                stuck.add(pid);
            }
            return task.getValue() == State.ENDED && !TaskFacts.hasEnded(pid, task.getKey()); // not ours: to be seized
        }));
        return stuck;
    }

    private State waitForStop(int pid, int tid) {
        int stop = LibCkpt.waitStop(tid, SLICE_MILLIS);
        if (Errno.ETIMEDOUT.is(stop)) {
            return State.SEIZED;
        }
        if (Errno.ESRCH.is(stop)) {
            return State.ENDED;
        }
        KernelAnswer.require(stop, () -> "task " + tid + ": waiting for its stop");
        firstStop = firstStop == 0 ? System.nanoTime() : firstStop;
        return settled(pid, tid, stop == 0 ? State.STOPPED : State.JOB_CONTROL_STOPPED);
    }

    private static State settled(int pid, int tid, State state) {
        try {
            Tracer.requireOrdinaryCalls(pid, tid);
            Tracer.suspendSeccomp(pid, tid);
            Tracer.hideStop(pid, tid);
            return state;
        } catch (Fault e) {
            if (e.code() == FaultCode.JOB_VANISHED) { // SIGKILL came meanwhile
                return State.ENDED;
            }
            throw e;
        }
    }

    /**
     * A process in vfork(2) stops only once its child has called execve(2) or ended: the children get the chance. The
     * next look at the tree finds them again.
     */
    private void letChildrenGo(int pid) {
        for (int child : ProcFiles.children(pid)) {
            Map<Integer, State> threads = tasks.getOrDefault(child, Map.of());
            threads.entrySet()
                    .removeIf(entry -> entry.getValue() != State.ENDED && LibCkpt.detach(entry.getKey()) >= 0);
        }
    }

    private void requireTime(String reason) {
        if (System.nanoTime() > deadline) {
            throw new Fault(
                    FaultCode.BUSY,
                    "the job cannot be stopped in time: " + reason,
                    "try again; the job runs on untouched");
        }
    }
}
