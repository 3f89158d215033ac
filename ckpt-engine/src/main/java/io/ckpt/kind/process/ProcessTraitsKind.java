package io.ckpt.kind.process;

import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.Inquiry;
import io.ckpt.image.v1.ProcessTraits;
import io.ckpt.kernel.Prctl;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Steps;
import java.util.List;

/** Personality, subreaper and the switch against transparent huge pages. */
public final class ProcessTraitsKind implements ObjectKind<FrozenProcess, ProcessTraits> {
    private static final Inquiry SUBREAPER =
            Inquiry.filling(Integer.BYTES, SystemCall.PRCTL, room -> new long[] {Prctl.GET_CHILD_SUBREAPER, room});
    private static final Inquiry THP_DISABLED = Inquiry.of(SystemCall.PRCTL, Prctl.GET_THP_DISABLE);

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
    public List<Inquiry> inquiries(FrozenProcess process) {
        return List.of(SUBREAPER, THP_DISABLED);
    }

    @Override
    public ProcessTraits capture(FrozenProcess process, CaptureContext context) {
        return ProcessTraits.newBuilder()
                .setPersonality(
                        Integer.parseUnsignedInt(process.text("personality").strip(), 16))
                .setSubreaper(process.ask(SUBREAPER).intValue() != 0)
                .setThpDisabled(process.ask(THP_DISABLED).result() == 1)
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
}
