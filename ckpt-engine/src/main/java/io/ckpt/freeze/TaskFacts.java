package io.ckpt.freeze;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.kernel.SystemCall;
import io.ckpt.procfs.ProcStat;
import io.ckpt.procfs.ProcStatus;
import java.util.Optional;
import java.util.Set;

/** What /proc says of a task at this moment, and how messages name it. */
final class TaskFacts {
    /** Calls that only wait when they were told to wait as vfork(2) does, as /proc/PID/syscall shows them. */
    private static final Set<String> MAKE_TASKS = Set.of(
            Integer.toString(SystemCall.VFORK),
            Integer.toString(SystemCall.CLONE),
            Integer.toString(SystemCall.CLONE3));

    private TaskFacts() {}

    /** {@code pid 4711 (python3)}. */
    static String name(int pid) {
        String comm = ProcFiles.tryText(pid + "/comm")
                .map(name -> " (" + name.strip() + ")")
                .orElse("");
        return "pid " + pid + comm;
    }

    /** State letter of proc(5), {@code X} when the task has gone. */
    static char state(int pid, int tid) {
        return ProcFiles.tryText(pid + "/task/" + tid + "/stat")
                .map(text -> ProcStat.parse(text).state())
                .orElse('X');
    }

    static boolean isZombie(int pid) {
        return state(pid, pid) == 'Z';
    }

    static boolean hasEnded(int pid, int tid) {
        return "ZX".indexOf(state(pid, tid)) >= 0;
    }

    /** True when the calling thread traces it: a thread that we hold took over this tid by execve(2). */
    static boolean isHeldByThisThread(int pid, int tid) {
        String self = ProcFiles.link("thread-self");
        int own = Integer.parseInt(self.substring(self.lastIndexOf('/') + 1));
        return status(pid + "/task/" + tid).map(ProcStatus::tracer).orElse(0) == own;
    }

    /** The fault for a task that PTRACE_SEIZE refused with {@code answer}. */
    static Fault whyNotSeized(int pid, int tid, int answer) {
        int thread = status(pid + "/task/" + tid).map(ProcStatus::tracer).orElse(0);
        if (thread == 0) {
            return KernelAnswer.fault(answer, name(pid) + ", task " + tid + ": ptrace(PTRACE_SEIZE)");
        }
        int tracer = status(Integer.toString(thread)).map(ProcStatus::tgid).orElse(thread);
        return new Fault(
                FaultCode.BUSY,
                name(pid) + " is already traced by " + name(tracer),
                "end that debugger or tracer, then try again");
    }

    /** In a clause. */
    static String whyNotStopped(int pid) {
        return isInVfork(pid)
                ? name(pid) + " waits in vfork(2) for a child that has neither called execve(2) nor ended"
                : name(pid) + " does not stop (state " + state(pid, pid) + ")";
    }

    private static boolean isInVfork(int pid) {
        return ProcFiles.numbers(pid + "/task").stream()
                .flatMap(tid -> ProcFiles.tryText(pid + "/task/" + tid + "/syscall").stream())
                .anyMatch(call -> MAKE_TASKS.contains(call.split(" ")[0]));
    }

    private static Optional<ProcStatus> status(String task) {
        return ProcFiles.tryText(task + "/status").map(ProcStatus::parse);
    }
}
