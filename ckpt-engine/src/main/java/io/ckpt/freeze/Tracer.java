package io.ckpt.freeze;

import static io.ckpt.freeze.GeneralRegisters.Name.ORIG_RAX;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.fault.Refusal;
import io.ckpt.jna.LibCkpt;
import io.ckpt.kernel.Errno;
import io.ckpt.kernel.SystemCall;
import io.ckpt.procfs.ProcStatus;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What is asked of one stopped task. Every method runs on the thread that seized it. */
final class Tracer {
    private static final int EXTENDED_STATE = 0x202;
    private static final int USUAL_EXTENDED_STATE = 4096;
    private static final int SIGNALS_AT_ONCE = 32;
    private static final int SIGINFO = 128;
    private static final int LONGEST_FILTER = 4096;
    private static final int FILTER_INSTRUCTION = 8;

    private Tracer() {}

    static GeneralRegisters generalRegisters(int tid) {
        byte[] bytes = new byte[GeneralRegisters.LENGTH];
        int length = LibCkpt.getRegset(tid, GeneralRegisters.TYPE, bytes, bytes.length);
        if (KernelAnswer.require(length, () -> "task " + tid + ": ptrace(PTRACE_GETREGSET, NT_PRSTATUS)")
                != bytes.length) {
            throw new Fault(
                    FaultCode.UNSUPPORTED_OBJECT,
                    "task " + tid + " runs a 32-bit program",
                    "run a 64-bit build of it, or the job without it");
        }
        return new GeneralRegisters(bytes);
    }

    static void setGeneralRegisters(int tid, GeneralRegisters registers) {
        int error = LibCkpt.setRegset(tid, GeneralRegisters.TYPE, registers.bytes(), GeneralRegisters.LENGTH);
        KernelAnswer.require(error, () -> "task " + tid + ": ptrace(PTRACE_SETREGSET, NT_PRSTATUS)");
    }

    static byte[] extendedState(int tid) {
        byte[] bytes = new byte[0];
        int length = 0;
        while (length == bytes.length) { // a longer state is cut
            bytes = new byte[Math.max(USUAL_EXTENDED_STATE, 4 * bytes.length)];
            length = LibCkpt.getRegset(tid, EXTENDED_STATE, bytes, bytes.length);
            KernelAnswer.require(length, () -> "task " + tid + ": ptrace(PTRACE_GETREGSET, NT_X86_XSTATE)");
        }
        return Arrays.copyOf(bytes, length);
    }

    /** A state of a processor with fewer features or more: the kernel takes none but of the length it has here. */
    static void setExtendedState(int tid, byte[] state) {
        int error = LibCkpt.setRegset(tid, EXTENDED_STATE, state, state.length);
        if (Errno.EFAULT.is(error)) {
            byte[] fitting = Arrays.copyOf(state, extendedState(tid).length);
            error = LibCkpt.setRegset(tid, EXTENDED_STATE, fitting, fitting.length);
        }
        int result = error;
        KernelAnswer.require(
                result, () -> "task " + tid + ": ptrace(PTRACE_SETREGSET, NT_X86_XSTATE, " + state.length + " bytes)");
    }

    static long signalMask(int tid) {
        long[] mask = new long[1];
        KernelAnswer.require(LibCkpt.getSignalMask(tid, mask), () -> "task " + tid + ": ptrace(PTRACE_GETSIGMASK)");
        return mask[0];
    }

    static void setSignalMask(int tid, long mask) {
        KernelAnswer.require(LibCkpt.setSignalMask(tid, mask), () -> "task " + tid + ": ptrace(PTRACE_SETSIGMASK)");
    }

    /** Pending siginfo_t, in the order of the queue. */
    static List<byte[]> pendingSignals(int tid, boolean shared) {
        List<byte[]> signals = new ArrayList<>();
        byte[] buffer = new byte[SIGNALS_AT_ONCE * SIGINFO];
        int count = SIGNALS_AT_ONCE;
        while (count == SIGNALS_AT_ONCE) {
            count = LibCkpt.peekSignals(tid, shared ? 1 : 0, signals.size(), SIGNALS_AT_ONCE, buffer);
            KernelAnswer.require(count, () -> "task " + tid + ": ptrace(PTRACE_PEEKSIGINFO)");
            for (int i = 0; i < count; i++) {
                signals.add(Arrays.copyOfRange(buffer, i * SIGINFO, (i + 1) * SIGINFO));
            }
        }
        return List.copyOf(signals);
    }

    /** Those that the task has, the first installed first. */
    static List<FrozenThread.SeccompFilter> seccompFilters(int tid) {
        List<FrozenThread.SeccompFilter> filters = new ArrayList<>();
        byte[] program = new byte[LONGEST_FILTER * FILTER_INSTRUCTION];
        long[] flags = new long[1];
        int length = LibCkpt.getSeccompFilter(tid, 0, program, flags);
        while (!Errno.ENOENT.is(length)) {
            KernelAnswer.require(length, () -> "task " + tid + ": ptrace(PTRACE_SECCOMP_GET_FILTER)");
            filters.add(new FrozenThread.SeccompFilter(
                    Arrays.copyOf(program, length * FILTER_INSTRUCTION), (int) flags[0]));
            length = LibCkpt.getSeccompFilter(tid, filters.size(), program, flags);
        }
        return List.copyOf(filters);
    }

    /** From now on a stopped task may be made to do whatever is needed. */
    static void suspendSeccomp(int pid, int tid) {
        int answer = LibCkpt.suspendSeccomp(tid);
        if (answer < 0 && !Errno.ESRCH.is(answer)) {
            ProcStatus status = ProcStatus.parse(ProcFiles.text(pid + "/task/" + tid + "/status"));
            if (status.seccomp() != 0) {
                throw new Fault(
                        FaultCode.NOT_PERMITTED,
                        TaskFacts.name(pid) + " is under seccomp, which ckpt may not suspend: "
                                + Errno.describe(-answer),
                        "run ckpt with CAP_SYS_ADMIN and without seccomp filters of its own");
            }
        }
    }

    /** Calls made for the engine would reach such a program as signals. */
    static void requireOrdinaryCalls(int pid, int tid) {
        int answer = LibCkpt.redirectsCalls(tid);
        if (KernelAnswer.require(answer, () -> "task " + tid + ": how its system calls are dispatched") != 0) {
            throw Fault.refusals(List.of(new Refusal(
                    pid,
                    "thread " + tid,
                    "it takes system calls itself (PR_SET_SYSCALL_USER_DISPATCH)",
                    "run the program without the emulator that does so")));
        }
    }

    static FrozenThread.RseqArea rseq(int tid) {
        long[] values = new long[4];
        KernelAnswer.require(
                LibCkpt.getRseq(tid, values), () -> "task " + tid + ": ptrace(PTRACE_GET_RSEQ_CONFIGURATION)");
        return new FrozenThread.RseqArea(values[0], (int) values[1], (int) values[2]);
    }

    /** One system call made by the task; its result, or -errno. */
    static long call(int tid, CallInstruction instruction, int number, long... arguments) {
        long[] result = new long[1];
        int error = LibCkpt.remoteCall(
                tid, instruction.address(), instruction.wayBack(), number, Arrays.copyOf(arguments, 6), result);
        KernelAnswer.require(error, () -> "task " + tid + ": remote " + SystemCall.name(number));
        return result[0];
    }

    /** True when a signal is pending that the task will run a handler for before anything else. */
    static boolean handlerDue(int pid, int tid) {
        ProcStatus status = ProcStatus.parse(ProcFiles.text(pid + "/task/" + tid + "/status"));
        return ((status.threadPending() | status.processPending()) & ~status.blocked() & status.caught()) != 0;
    }

    /**
     * Undoes what the stop itself did to a thread, at once, so that it goes on unaware whoever lets it go: a call that
     * the stop ended with EINTR is made again, and a restartable sequence is left through its abort address.
     */
    static void hideStop(int pid, int tid) {
        GeneralRegisters found = generalRegisters(tid);
        GeneralRegisters repaired = found;
        if ((int) found.get(ORIG_RAX) < 0) {
            repaired = leaveSequence(tid, found);
        } else if (InterruptedCalls.endedByInterruption(found) && !handlerDue(pid, tid)) {
            repaired = InterruptedCalls.issuedAgain(found);
        }
        if (repaired != found) {
            setGeneralRegisters(tid, repaired);
        }
    }

    private static GeneralRegisters leaveSequence(int tid, GeneralRegisters registers) {
        FrozenThread.RseqArea area = rseq(tid);
        if (area.address() == 0) {
            return registers;
        }
        TaskMemory memory = new TaskMemory(tid);
        long section = longOf(memory.read(area.address() + RestartableSequence.POINTER_OFFSET, Long.BYTES));
        return section == 0
                ? registers
                : RestartableSequence.parse(memory.read(section, RestartableSequence.LENGTH))
                        .leave(registers);
    }

    private static long longOf(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }
}
