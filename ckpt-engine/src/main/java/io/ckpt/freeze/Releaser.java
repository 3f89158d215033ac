package io.ckpt.freeze;

import static io.ckpt.freeze.GeneralRegisters.Name.ORIG_RAX;
import static io.ckpt.freeze.GeneralRegisters.Name.RAX;
import static io.ckpt.freeze.GeneralRegisters.Name.RDI;
import static io.ckpt.freeze.GeneralRegisters.Name.RIP;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.jna.LibCkpt;
import io.ckpt.kernel.Errno;
import io.ckpt.kernel.SystemCall;
import io.ckpt.procfs.ProcStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The last act of a restart: restored tasks, parked in the restorer, are seized, given their registers and let go. The
 * first task let go is the point of no return. Until {@link #surviveTracer} the end of this process ends the tasks too,
 * and so does closing, for one that has its registers already would run. May be used from any thread.
 */
public final class Releaser implements AutoCloseable {
    /** A parked task, by the numbers of this process and by those of the job. */
    public record ParkedTask(int pid, int tid, int innerPid, int innerTid) {}

    private static final long ALL_SIGNALS = -1;
    private static final long NO_CALL = -1;

    private final TracerThread tracer;
    private final List<ParkedTask> tasks;
    private final Map<Integer, CallInstruction> instructions = new HashMap<>();

    private Releaser(TracerThread tracer, List<ParkedTask> tasks) {
        this.tracer = tracer;
        this.tasks = tasks;
    }

    /**
     * Seizes every task of the processes and of their descendants.
     *
     * @param job the pid namespace of the job
     * @param limit how long it may take
     */
    public static Releaser seize(PidNamespace job, Set<Integer> pids, Duration limit) {
        TracerThread tracer = new TracerThread("releaser");
        try {
            Seizure seizure = new Seizure(new ProcessTree(Set.copyOf(pids), 0), limit);
            return tracer.call(() -> {
                seizure.stopAll();
                List<ParkedTask> tasks = parked(job, seizure.stopped());
                tasks.forEach(task -> killOnExit(task, 1));
                return new Releaser(tracer, tasks);
            });
        } catch (RuntimeException | Error e) {
            tracer.close();
            throw e;
        }
    }

    /** Parents before children, leaders first. */
    public List<ParkedTask> tasks() {
        return tasks;
    }

    /**
     * Gives a task what {@link FrozenThread} told of the one whose place it takes.
     *
     * @param registers struct user_regs_struct
     * @param extendedState NT_X86_XSTATE
     * @param signalMask blocked signals from now on, bit n-1 for signal n
     */
    public void load(int tid, byte[] registers, byte[] extendedState, long signalMask) {
        tracer.run(() -> {
            Tracer.setExtendedState(tid, extendedState);
            Tracer.setSignalMask(tid, signalMask);
            Tracer.setGeneralRegisters(tid, new GeneralRegisters(registers));
        });
    }

    /** A first thread that had ended before the others ends again, by exit(2), once it is let go. */
    public void loadExit(int pid, int status) {
        tracer.run(() -> {
            Tracer.setSignalMask(pid, ALL_SIGNALS);
            Tracer.setGeneralRegisters(
                    pid,
                    Tracer.generalRegisters(pid)
                            .with(RIP, instruction(pid).address())
                            .with(ORIG_RAX, NO_CALL)
                            .with(RAX, SystemCall.EXIT)
                            .with(RDI, status));
        });
    }

    /** One system call in the leader of a process, whose registers stay as they are; the result, or -errno. */
    public long call(int pid, int number, long... arguments) {
        return tracer.call(() -> {
            return Tracer.call(pid, instruction(pid), number, arguments);
        });
    }

    /** The same in any task. */
    public long call(ParkedTask task, int number, long... arguments) {
        return tracer.call(() -> Tracer.call(task.tid(), instruction(task.pid()), number, arguments));
    }

    private CallInstruction instruction(int pid) {
        return instructions.computeIfAbsent(pid, CallInstruction::find);
    }

    /** Sends a signal that a process finds when it is let go: SIGSTOP for one that job control had stopped. */
    public void signal(int pid, int signal) {
        KernelAnswer.require(LibCkpt.kill(pid, signal), () -> "pid " + pid + ": kill(" + signal + ")");
    }

    /** From now on the tasks go on whatever becomes of this process. */
    public void surviveTracer() {
        tracer.run(() -> tasks.forEach(task -> killOnExit(task, 0)));
    }

    /** Lets all go. A task that was killed meanwhile is left to its parent. */
    public void release() {
        tracer.run(() -> tasks.forEach(Releaser::detach));
        tracer.close();
    }

    @Override
    public void close() {
        tracer.close();
    }

    private static void killOnExit(ParkedTask task, int kill) {
        KernelAnswer.require(
                LibCkpt.killOnExit(task.tid(), kill), () -> "task " + task.tid() + ": ptrace(PTRACE_SETOPTIONS)");
    }

    private static void detach(ParkedTask task) {
        int error = LibCkpt.detach(task.tid());
        if (error < 0 && !Errno.ESRCH.is(error)) {
            throw new Fault(
                    FaultCode.RESTART_FAILED,
                    "task " + task.tid() + ": ptrace(PTRACE_DETACH): " + Errno.describe(-error),
                    "end what is left of the job, then restart again");
        }
    }

    private static List<ParkedTask> parked(PidNamespace job, Map<Integer, Map<Integer, Boolean>> stopped) {
        List<ParkedTask> tasks = new ArrayList<>();
        stopped.forEach((pid, threads) -> threads.keySet().stream()
                .map(tid -> parked(job, pid, tid))
                .sorted((a, b) -> Boolean.compare(b.tid() == pid, a.tid() == pid))
                .forEach(tasks::add));
        return List.copyOf(tasks);
    }

    private static ParkedTask parked(PidNamespace job, int pid, int tid) {
        ProcStatus status = job.status(pid + "/task/" + tid + "/status");
        return new ParkedTask(pid, tid, status.innerTgid(), status.innerPid());
    }
}
