package io.ckpt.plan;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.kernel.Errno;
import io.ckpt.kernel.SystemCall;
import io.ckpt.plan.Program.Step;

/**
 * The first failure of a running plan, as the restorer reports it.
 *
 * @param program index of the program, -1 when the plan as a whole was refused
 * @param step index of the word within it
 * @param tid the task that failed, as it sees itself
 * @param result what the call returned
 */
public record Failure(int program, int step, int tid, long result) {
    private static final int SIGNAL_BITS = 0x7f;
    private static final String OWNERS = "let the job's owner have what is named here, as it was at the checkpoint";
    private static final String NOEXEC = "sysctl vm.memfd_noexec=0: this node makes no memory file that may be run";

    /**
     * The failure in words: {@code pid 4711, fd 12 [eventfd]: eventfd2(5, EFD_NONBLOCK) = EMFILE (Too many …)}. BUSY when
     * somebody has a pid of the job, else RESTART_FAILED.
     */
    public Fault asFault(Plan plan) {
        if (!isIn(plan)) {
            return Fault.internal("the restorer refused the plan: " + Errno.result(result), null);
        }
        Step failed = plan.programs().get(program).steps().get(step);
        String message = failed.origin() + ": " + new PlanPrinter(plan).text(failed.word()) + " = " + outcome(failed);
        FaultCode code = isPidTaken(failed.word()) ? FaultCode.BUSY : FaultCode.RESTART_FAILED;
        return new Fault(code, message, remedy(failed.word()));
    }

    private boolean isPidTaken(Word word) {
        return Errno.EEXIST.is(result) && word.starts().isPresent();
    }

    /** The report lies in memory that every task can write. */
    private boolean isIn(Plan plan) {
        return program >= 0
                && program < plan.programs().size()
                && step >= 0
                && step < plan.programs().get(program).steps().size();
    }

    private String outcome(Step failed) {
        if (!(failed.word() instanceof Word.Await) || result < 0) {
            return Errno.result(result);
        }
        long signal = result & SIGNAL_BITS;
        return signal != 0 ? "killed by signal " + signal : "exit status " + (result >> 8);
    }

    private static boolean calls(Word word, int number) {
        return word instanceof Word.SystemCall call && call.number() == number;
    }

    private String remedy(Word word) {
        if (isPidTaken(word)) {
            return "end the process that has this pid, or restart the job in a pid namespace of its own";
        } else if (Errno.ENOENT.is(result)) {
            return "put back what the job had open, where it was";
        } else if (Errno.EADDRNOTAVAIL.is(result)) {
            return "say which address of this node takes its place: restart --address OLD=NEW";
        } else if (Errno.EADDRINUSE.is(result)) {
            return "end who uses the address, wait until the kernel forgets a connection (a minute), or give --address OLD=NEW";
        } else if (Errno.EMFILE.is(result) || Errno.ENFILE.is(result)) {
            return "raise the limit of open files on this node";
        } else if (Errno.ENOMEM.is(result) || Errno.ENOSPC.is(result)) {
            return "give the job the room it had, or restart it on another node";
        } else if (Errno.EACCES.is(result) && calls(word, SystemCall.MEMFD_CREATE)) {
            return NOEXEC;
        } else if (Errno.EPERM.is(result) && calls(word, SystemCall.FCHMOD)) {
            return OWNERS + "; where it is memory: " + NOEXEC;
        } else if (Errno.EACCES.is(result) || Errno.EPERM.is(result)) {
            return OWNERS;
        }
        return "compare this node with the one of the checkpoint; the whole plan prints with 'ckptctl plan'";
    }
}
