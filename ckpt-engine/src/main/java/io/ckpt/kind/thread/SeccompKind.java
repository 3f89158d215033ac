package io.ckpt.kind.thread;

import com.google.protobuf.ByteString;
import io.ckpt.freeze.FrozenThread;
import io.ckpt.image.v1.Seccomp;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.procfs.ProcStatus;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The system calls that a thread may make; see seccomp(2). No plan: it may forbid what the restorer does, so the engine
 * puts it in force when the thread is parked.
 */
public final class SeccompKind implements ObjectKind<FrozenThread, Seccomp> {
    private static final int STRICT = 1;
    private static final int CAP_SYS_ADMIN = 21;
    private static final int INSTRUCTION = 8;
    private static final int LONGEST = 4094;
    /** BPF_RET | BPF_K. */
    private static final int RETURN_CONSTANT = 0x06;

    private static final int RETURN_ACTION = 0xffff0000;
    private static final int RETURN_USER_NOTIFICATION = 0x7fc00000;

    @Override
    public String name() {
        return "seccomp";
    }

    @Override
    public Seccomp emptyState() {
        return Seccomp.getDefaultInstance();
    }

    @Override
    public boolean accepts(FrozenThread thread, CaptureContext context) {
        return thread.procStatus().seccomp() != 0;
    }

    @Override
    public Seccomp capture(FrozenThread thread, CaptureContext context) {
        ProcStatus status = thread.procStatus();
        if (status.seccomp() == STRICT) {
            return Seccomp.newBuilder().setStrict(true).build();
        }
        if (!mayInstall(status)) {
            refuse(
                    thread,
                    context,
                    "they were installed with privileges that the thread has given up since",
                    "have the program set no_new_privs, see prctl(2)");
        }
        Seccomp.Builder state = Seccomp.newBuilder().setNoNewPrivileges(status.noNewPrivileges());
        for (FrozenThread.SeccompFilter filter : thread.seccompFilters()) {
            requireAlone(thread, filter, context);
            state.addFiltersBuilder()
                    .setProgram(ByteString.copyFrom(filter.program()))
                    .setFlags(filter.flags());
        }
        return state.build();
    }

    @Override
    public void plan(ObjectId id, Seccomp state, PlanContext plan) {}

    private static boolean mayInstall(ProcStatus status) {
        return status.noNewPrivileges() || (status.capabilities().effective() >>> CAP_SYS_ADMIN & 1) != 0;
    }

    private static void requireAlone(FrozenThread thread, FrozenThread.SeccompFilter filter, CaptureContext context) {
        if (filter.program().length > LONGEST * INSTRUCTION) {
            refuse(thread, context, "one is longer than " + LONGEST + " instructions", "split it");
        }
        if (asksSomebody(filter.program())) {
            refuse(
                    thread,
                    context,
                    "one asks a supervisor (SECCOMP_RET_USER_NOTIF), whose answers would not come",
                    "run the program without that supervisor");
        }
    }

    private static void refuse(FrozenThread thread, CaptureContext context, String reason, String remedy) {
        context.refuse(thread.tid(), "seccomp filters", reason, remedy);
    }

    /** struct sock_filter: code, two jumps, constant. */
    private static boolean asksSomebody(byte[] program) {
        ByteBuffer instructions = ByteBuffer.wrap(program).order(ByteOrder.nativeOrder());
        while (instructions.hasRemaining()) {
            int code = instructions.getShort();
            instructions.getShort();
            if ((instructions.getInt() & RETURN_ACTION) == RETURN_USER_NOTIFICATION && code == RETURN_CONSTANT) {
                return true;
            }
        }
        return false;
    }
}
