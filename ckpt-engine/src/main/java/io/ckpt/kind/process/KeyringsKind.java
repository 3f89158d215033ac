package io.ckpt.kind.process;

import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.Inquiry;
import io.ckpt.image.v1.Keyrings;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import java.util.List;
import java.util.stream.Stream;

/**
 * Keyrings of a process of its own; see keyrings(7). Keys never leave the kernel that holds them: they are told, not
 * carried. The session's keyring is not looked for, for a look would make one.
 */
public final class KeyringsKind implements ObjectKind<FrozenProcess, Keyrings> {
    private static final int GET_ID = 0;
    private static final int THREAD = -1;
    private static final int PROCESS = -2;
    private static final Inquiry OF_THREAD = Inquiry.of(SystemCall.KEYCTL, GET_ID, THREAD, 0);
    private static final Inquiry OF_PROCESS = Inquiry.of(SystemCall.KEYCTL, GET_ID, PROCESS, 0);

    @Override
    public String name() {
        return "keyrings";
    }

    @Override
    public Keyrings emptyState() {
        return Keyrings.getDefaultInstance();
    }

    @Override
    public boolean accepts(FrozenProcess process, CaptureContext context) {
        return !process.isZombie();
    }

    @Override
    public List<Inquiry> inquiries(FrozenProcess process) {
        return List.of(OF_THREAD, OF_PROCESS);
    }

    @Override
    public Keyrings capture(FrozenProcess process, CaptureContext context) {
        int count = (int) Stream.of(OF_THREAD, OF_PROCESS)
                .filter(inquiry -> process.ask(inquiry).result() > 0)
                .count();
        if (count > 0) {
            context.warn("pid " + process.pid() + " has a keyring of its own; after a restart its keys are gone");
        }
        return Keyrings.newBuilder().setCount(count).build();
    }

    @Override
    public void plan(ObjectId id, Keyrings state, PlanContext plan) {}
}
