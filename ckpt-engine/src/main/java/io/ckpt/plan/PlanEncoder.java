package io.ckpt.plan;

import io.ckpt.plan.Program.Step;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Writes a plan as the restorer reads it. The layout is that of native/include/ckpt_plan.h, in native byte order. */
public final class PlanEncoder {
    private static final long MAGIC = 0x4e414c5054504b43L;
    private static final int VERSION = 1;
    private static final int NONE = -1;
    private static final int ARGUMENTS = 6;
    private static final int FORMS = 8;

    private final Plan plan;
    private final PlanIndex index;
    private final ByteBuffer out;

    private PlanEncoder(Plan plan) {
        this.plan = plan;
        this.index = new PlanIndex(plan.programs(), plan.barriers());
        this.out = ByteBuffer.allocate(index.size()).order(ByteOrder.nativeOrder());
    }

    /** Length of the hole that a plan of these programs needs, in bytes. */
    public static long holeLength(List<Program> programs, List<Barrier> barriers) {
        return new PlanIndex(programs, barriers).holeLength();
    }

    /** The bytes of a plan, checked by {@link PlanChecker}. */
    public static EncodedPlan encode(Plan plan) {
        PlanChecker.check(plan);
        return new PlanEncoder(plan).encode();
    }

    private EncodedPlan encode() {
        header();
        programs();
        plan.programs().forEach(program -> program.steps().forEach(this::step));
        out.position(index.barriersOffset());
        plan.barriers().forEach(this::barrier);
        index.data().forEach((data, offset) -> out.put(index.dataOffset() + offset, data.copy()));
        return new EncodedPlan(plan, out.array(), index.slots());
    }

    private void header() {
        out.putLong(MAGIC)
                .putInt(VERSION)
                .putInt(PlanIndex.HEADER_SIZE)
                .putInt(PlanIndex.STEP_SIZE)
                .putInt(0);
        out.putLong(index.size()).putLong(plan.holeStart()).putLong(plan.holeLength());
        out.putInt(plan.programs().size()).putInt(index.stepCount());
        out.putInt(index.slots().size()).putInt(plan.barriers().size());
        out.putLong(index.programsOffset()).putLong(index.stepsOffset());
        out.putLong(index.slotsOffset()).putLong(index.barriersOffset());
        out.putLong(index.dataOffset()).putLong(index.dataSize());
    }

    private void programs() {
        out.position(index.programsOffset());
        int first = 0;
        for (Program program : plan.programs()) {
            int count = program.steps().size();
            out.putInt(first).putInt(count);
            first += count;
        }
    }

    private void barrier(Barrier barrier) {
        out.putInt(barrier.tasks()).putInt(barrier.engine() ? 1 : 0).putInt(0).putInt(0);
    }

    private void step(Step step) {
        EncodedWord word = EncodedWord.of(step.word(), index);
        out.putInt(word.opcode()).putInt(word.detail());
        out.putInt(step.word().defines().map(index::slot).orElse(NONE));
        out.putInt(word.expect().mode().ordinal()).putLong(word.expect().value());
        operands(word.operands());
    }

    private void operands(List<Operand> operands) {
        int forms = out.position();
        for (int i = 0; i < operands.size(); i++) {
            out.put(forms + i, form(operands.get(i)));
            out.putLong(forms + FORMS + i * Long.BYTES, value(operands.get(i)));
        }
        out.position(forms + FORMS + ARGUMENTS * Long.BYTES);
    }

    private static byte form(Operand operand) {
        if (operand instanceof Operand.Immediate) {
            return 0;
        }
        return (byte) (operand instanceof Slot ? 1 : 2);
    }

    private long value(Operand operand) {
        if (operand instanceof Operand.Immediate immediate) {
            return immediate.value();
        } else if (operand instanceof Operand.Address address) {
            return (long) index.dataOffset() + index.data().get(address.data()) + address.offset();
        }
        return index.slot((Slot) operand);
    }
}
