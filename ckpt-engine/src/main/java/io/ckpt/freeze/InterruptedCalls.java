package io.ckpt.freeze;

import static io.ckpt.freeze.GeneralRegisters.Name.ORIG_RAX;
import static io.ckpt.freeze.GeneralRegisters.Name.RAX;
import static io.ckpt.freeze.GeneralRegisters.Name.RIP;

import io.ckpt.kernel.Errno;
import io.ckpt.kernel.SystemCall;
import java.util.OptionalInt;
import java.util.Set;

/**
 * System calls that the stop of a thread broke off, and how they go on unseen. A call that the kernel would restart by
 * itself has one of its own error numbers in rax (ERESTARTSYS and its like, linux/errno.h) and its number in orig_rax;
 * the kernel settles that only when the thread goes on. Some calls end with EINTR by any stop, see signal(7).
 */
final class InterruptedCalls {
    private static final long ERESTARTSYS = -512;
    private static final long ERESTARTNOINTR = -513;
    private static final long ERESTARTNOHAND = -514;
    private static final long ERESTART_RESTARTBLOCK = -516;
    private static final int INSTRUCTION_LENGTH = 2;
    private static final int NO_CALL = -1;

    private static final Set<Long> RESTARTED =
            Set.of(ERESTARTSYS, ERESTARTNOINTR, ERESTARTNOHAND, ERESTART_RESTARTBLOCK);

    /** Calls that a stop ends with EINTR though no signal came. */
    private static final Set<Integer> BROKEN_OFF_BY_STOP = Set.of(
            SystemCall.EPOLL_WAIT,
            SystemCall.EPOLL_PWAIT,
            SystemCall.EPOLL_PWAIT2,
            SystemCall.RT_SIGTIMEDWAIT,
            SystemCall.SEMOP,
            SystemCall.SEMTIMEDOP,
            SystemCall.IO_GETEVENTS,
            SystemCall.IO_PGETEVENTS,
            SystemCall.IO_URING_ENTER,
            SystemCall.ACCEPT,
            SystemCall.ACCEPT4,
            SystemCall.CONNECT,
            SystemCall.READ,
            SystemCall.READV,
            SystemCall.RECVFROM,
            SystemCall.RECVMSG,
            SystemCall.RECVMMSG,
            SystemCall.WRITE,
            SystemCall.WRITEV,
            SystemCall.SENDTO,
            SystemCall.SENDMSG,
            SystemCall.SENDMMSG);

    /** Calls that go on through a restart block, which belongs to one task and cannot be read. */
    private static final Set<Integer> WITH_RESTART_BLOCK =
            Set.of(SystemCall.POLL, SystemCall.NANOSLEEP, SystemCall.FUTEX, SystemCall.CLOCK_NANOSLEEP);

    private InterruptedCalls() {}

    /** True when a call has come back with EINTR; whether a signal or the stop did it, the registers do not tell. */
    static boolean endedByInterruption(GeneralRegisters registers) {
        return registers.get(RAX) == -Errno.EINTR.number()
                && BROKEN_OFF_BY_STOP.contains((int) registers.get(ORIG_RAX));
    }

    /** True when the kernel will settle how a call goes on. */
    static boolean awaitsRestart(GeneralRegisters registers) {
        return (int) registers.get(ORIG_RAX) >= 0 && RESTARTED.contains(registers.get(RAX));
    }

    /** Registers with which the thread makes the same call once more. */
    static GeneralRegisters issuedAgain(GeneralRegisters registers) {
        return issuedAgain(registers, (int) registers.get(ORIG_RAX));
    }

    /**
     * Registers with which another task takes this one's place. Its calls are issued again, timeouts starting anew;
     * where a handler is due, the kernel is left to choose between EINTR and another try, as it would have here.
     *
     * @param handlerDue a signal is pending that will run a handler before the thread goes on
     * @param site where the call was made
     */
    static GeneralRegisters forAnotherTask(GeneralRegisters registers, boolean handlerDue, CallSite site) {
        if (!awaitsRestart(registers)) {
            return registers;
        }
        OptionalInt number = number(registers, site);
        if (number.isEmpty()) {
            return registers.with(RAX, -Errno.EINTR.number()).with(ORIG_RAX, NO_CALL);
        }
        if (!handlerDue) {
            return issuedAgain(registers, number.getAsInt());
        }
        boolean block = registers.get(RAX) == ERESTART_RESTARTBLOCK;
        return (block ? registers.with(RAX, ERESTARTNOHAND) : registers).with(ORIG_RAX, number.getAsInt());
    }

    private static GeneralRegisters issuedAgain(GeneralRegisters registers, int number) {
        return registers
                .with(RAX, number)
                .with(RIP, registers.get(RIP) - INSTRUCTION_LENGTH)
                .with(ORIG_RAX, NO_CALL);
    }

    /** A call that was restarted before is restart_syscall(2) by now: its own number is found in the code. */
    private static OptionalInt number(GeneralRegisters registers, CallSite site) {
        int number = (int) registers.get(ORIG_RAX);
        return number == SystemCall.RESTART_SYSCALL ? site.number(WITH_RESTART_BLOCK) : OptionalInt.of(number);
    }
}
