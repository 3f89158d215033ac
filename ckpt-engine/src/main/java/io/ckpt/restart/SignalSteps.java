package io.ckpt.restart;

import io.ckpt.kernel.Signals;
import io.ckpt.kernel.SystemCall;
import io.ckpt.plan.Data;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Steps;

/** What a plan says of signals for all tasks alike; a task's own actions and masks belong to their kinds. */
final class SignalSteps {
    private static final int BLOCK = 0;
    private static final int LAST_SIGNAL = 64;

    private SignalSteps() {}

    /** Nothing interrupts the restart, and nothing that the place ignored or handled is inherited. */
    static void quiet(Steps steps) {
        Data all = Data.struct(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1}, "~[]");
        steps.call(
                SystemCall.RT_SIGPROCMASK,
                Operand.named(BLOCK, "SIG_BLOCK"),
                all.address(),
                Operand.named(0, "NULL"),
                Operand.of(8));
        Data byDefault = Data.struct(new byte[32], "SIG_DFL");
        for (int signal = 1; signal <= LAST_SIGNAL; signal++) {
            if (signal != 9 && signal != 19) {
                steps.call(
                        SystemCall.RT_SIGACTION,
                        Operand.of(signal),
                        byDefault.address(),
                        Operand.named(0, "NULL"),
                        Operand.of(8));
            }
        }
    }

    /** Setting a signal to be ignored, which is SIGCHLD's default, forgets the one that waits. */
    static void forgetDeadChildren(Steps steps) {
        steps.call(
                SystemCall.RT_SIGACTION,
                Operand.named(Signals.CHLD, "SIGCHLD"),
                Data.struct(new byte[32], "SIG_DFL").address(),
                Operand.named(0, "NULL"),
                Operand.of(8));
    }

    /** Ends the caller with a status of wait(2). */
    static void die(Steps steps, int waitStatus) {
        int signal = waitStatus & 0x7f;
        if (signal != 0) {
            Data mask = Data.struct(new byte[8], "[]");
            steps.call(
                    SystemCall.RT_SIGPROCMASK,
                    Operand.named(2, "SIG_SETMASK"),
                    mask.address(),
                    Operand.named(0, "NULL"),
                    Operand.of(8));
            steps.call(SystemCall.PRCTL, Operand.named(4, "PR_SET_DUMPABLE"), Operand.of(0));
            steps.call(SystemCall.KILL, steps.call("self", SystemCall.GETPID), Operand.of(signal));
        }
        steps.call(SystemCall.EXIT_GROUP, Operand.of((waitStatus >> 8) & 0xff));
    }
}
