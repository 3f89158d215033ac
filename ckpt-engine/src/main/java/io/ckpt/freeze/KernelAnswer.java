package io.ckpt.freeze;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.kernel.Errno;
import java.util.function.Supplier;

/** What the kernel said through the native library: a value, or an error that becomes a fault. */
final class KernelAnswer {
    private KernelAnswer() {}

    /**
     * The result when it is not an error.
     *
     * @param call names process, object and call: {@code pid 4711, fd 3: pidfd_getfd}
     */
    static long require(long result, Supplier<String> call) {
        if (result < 0) {
            throw fault(result, call.get());
        }
        return result;
    }

    static int require(int result, Supplier<String> call) {
        return (int) require((long) result, call);
    }

    static Fault fault(long result, String call) {
        FaultCode code = code(result);
        return new Fault(code, call + ": " + Errno.describe((int) -result), remedy(code));
    }

    private static FaultCode code(long result) {
        if (Errno.ESRCH.is(result)) {
            return FaultCode.JOB_VANISHED;
        }
        if (Errno.EPERM.is(result) || Errno.EACCES.is(result)) {
            return FaultCode.NOT_PERMITTED;
        }
        if (Errno.EMFILE.is(result)
                || Errno.ENFILE.is(result)
                || Errno.ENOMEM.is(result)
                || Errno.ETIMEDOUT.is(result)) {
            return FaultCode.BUSY;
        }
        return FaultCode.IO_ERROR;
    }

    private static String remedy(FaultCode code) {
        return switch (code) {
            case JOB_VANISHED -> "the process has ended; nothing is left to do";
            case NOT_PERMITTED -> "run ckpt as root, or with CAP_SYS_PTRACE and CAP_CHECKPOINT_RESTORE";
            case BUSY -> "try again; if it persists, raise the limits of ckpt on this node";
            default -> "look at the kernel log of this node";
        };
    }
}
