package io.ckpt.kind.process;

import io.ckpt.freeze.FrozenProcess;
import io.ckpt.image.v1.ProcessTraits;
import io.ckpt.kernel.Prctl;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Steps;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Personality, subreaper and the switch against transparent huge pages. */
public final class ProcessTraitsKind implements ObjectKind<FrozenProcess, ProcessTraits> {
    @Override
    public String name() {
        return "process-traits";
    }

    @Override
    public ProcessTraits emptyState() {
        return ProcessTraits.getDefaultInstance();
    }

    @Override
    public boolean accepts(FrozenProcess process, CaptureContext context) {
        return !process.isZombie();
    }

    @Override
    public ProcessTraits capture(FrozenProcess process, CaptureContext context) {
        return ProcessTraits.newBuilder()
                .setPersonality(Integer.parseUnsignedInt(process.text("personality").strip(), 16))
                .setSubreaper(isSubreaper(process))
                .setThpDisabled(process.call(SystemCall.PRCTL, Prctl.GET_THP_DISABLE, 0, 0, 0, 0) == 1)
                .build();
    }

    @Override
    public void plan(ObjectId id, ProcessTraits state, PlanContext plan) {
        Steps steps = plan.map(id.number(), "pid " + id.number() + ", process traits");
        if (state.getThpDisabled()) {
            set(steps, Prctl.SET_THP_DISABLE, "PR_SET_THP_DISABLE", 1);
        }
        Steps late = plan.arm(id.number(), steps.origin());
        // once orphans are adopted, for which a process may have to be what it was not
        set(late, Prctl.SET_CHILD_SUBREAPER, "PR_SET_CHILD_SUBREAPER", state.getSubreaper() ? 1 : 0);
        // once everything is mapped, for some personalities change what mmap(2) does
        late.call(SystemCall.PERSONALITY, Operand.hex(state.getPersonality()));
    }

    private static void set(Steps steps, int option, String name, int value) {
        steps.call(
                SystemCall.PRCTL,
                Operand.named(option, name),
                Operand.of(value),
                Operand.of(0),
                Operand.of(0),
                Operand.of(0));
    }

    private static boolean isSubreaper(FrozenProcess process) {
        return process.withRoom(Integer.BYTES, room -> {
            process.call(SystemCall.PRCTL, Prctl.GET_CHILD_SUBREAPER, room.address(), 0, 0, 0);
            return ByteBuffer.wrap(room.read(0, Integer.BYTES))
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getInt()
                    != 0;
        });
    }
}
