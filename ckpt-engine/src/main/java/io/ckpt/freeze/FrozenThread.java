package io.ckpt.freeze;

import io.ckpt.procfs.ProcStat;
import io.ckpt.procfs.ProcStatus;
import java.util.List;

/** One stopped thread. */
public interface FrozenThread {
    int tid();

    int innerTid();

    /** Text of {@code /proc/PID/task/TID/NAME}. */
    String text(String name);

    /** What {@code status} says, read once. */
    default ProcStatus procStatus() {
        return ProcStatus.parse(text("status"));
    }

    /** What {@code stat} says, read once. */
    default ProcStat procStat() {
        return ProcStat.parse(text("stat"));
    }

    /** General registers as the kernel lays them out (struct user_regs_struct), as the job must find them again. */
    byte[] generalRegisters();

    /** The whole extended state (NT_X86_XSTATE). */
    byte[] extendedState();

    /** Blocked signals, bit n-1 for signal n. */
    long signalMask();

    /** Pending siginfo_t of this thread, 128 bytes each, in order (PTRACE_PEEKSIGINFO); SIGSTOP left out. */
    List<byte[]> pendingSignals();

    /** Pending siginfo_t of the whole process; the same from every thread; SIGSTOP left out. */
    List<byte[]> sharedPendingSignals();

    /** True when a SIGSTOP is pending: no mask holds it back, the thread stops as soon as it goes on. */
    boolean stopPending();

    /** Head and length of the robust list (get_robust_list(2)). */
    AddressAndLength robustList();

    /** Address, length and signature of the registered rseq area; address 0 when there is none. */
    RseqArea rseq();

    /** Policy and SCHED_RESET_ON_FORK; see sched_getscheduler(2). */
    int schedulingPolicy();

    /** Class and level; see ioprio_get(2). */
    int ioPriority();

    /** Nanoseconds; see PR_SET_TIMERSLACK. */
    long timerSlack();

    /** What the thread chose of a speculation feature (PR_GET_SPECULATION_CTRL); 0 where this node leaves no choice. */
    int speculation(int feature);

    /** Filters of seccomp(2), the first installed first. */
    List<SeccompFilter> seccompFilters();

    /** True when the thread was stopped by a job-control signal before the freeze. */
    boolean jobControlStopped();

    /** One system call in this thread; the result, or -errno. */
    long call(int number, long... arguments);

    <R> R withRoom(int bytes, RemoteRoom.Use<R> use);

    /** What a call tells; from {@link FrozenJob#ask} when the thread was asked there. */
    default Answer ask(Inquiry inquiry) {
        if (inquiry.room() == 0) {
            return new Answer(call(inquiry.number(), inquiry.arguments(0)), new byte[0]);
        }
        return withRoom(inquiry.room(), room -> {
            long result = call(inquiry.number(), inquiry.arguments(room.address()));
            return new Answer(result, room.read(0, inquiry.room()));
        });
    }

    record AddressAndLength(long address, long length) {}

    /**
     * @param program struct sock_filter, 8 bytes each
     * @param flags SECCOMP_FILTER_FLAG_LOG or none
     */
    record SeccompFilter(byte[] program, int flags) {}

    record RseqArea(long address, int length, int signature) {}
}
