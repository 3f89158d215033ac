package io.ckpt.plan;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** The number of every program, slot and piece of data, and with them the layout of the encoded plan. */
final class PlanIndex {
    static final int HEADER_SIZE = 144;
    static final int PROGRAM_SIZE = 8;
    static final int STEP_SIZE = 80;
    static final int SLOT_SIZE = 8;
    static final int BARRIER_SIZE = 16;

    private static final int PAGE = 4096;
    private static final int DATA_ALIGNMENT = 16;
    private static final long TEXT_ROOM = 0x8000;
    private static final long STACK_SIZE = 0x2000;

    private final IdentityHashMap<Program, Integer> programs = new IdentityHashMap<>();
    private final IdentityHashMap<Slot, Integer> slots = new IdentityHashMap<>();
    private final IdentityHashMap<Data, Integer> data = new IdentityHashMap<>();
    private final int barrierCount;
    private int stepCount;
    private int dataSize;

    PlanIndex(List<Program> programs, List<Barrier> barriers) {
        barrierCount = barriers.size();
        programs.forEach(program -> this.programs.put(program, this.programs.size()));
        programs.forEach(program -> program.steps().forEach(step -> add(step.word())));
    }

    private void add(Word word) {
        stepCount++;
        word.defines().ifPresent(this::add);
        word.uses().forEach(operand -> {
            if (operand instanceof Slot slot) {
                add(slot);
            } else if (operand instanceof Operand.Address address) {
                add(address.data());
            }
        });
    }

    private void add(Slot slot) {
        slots.putIfAbsent(slot, slots.size());
    }

    private void add(Data piece) {
        if (data.putIfAbsent(piece, dataSize) == null) {
            dataSize = roundUp(dataSize + piece.size(), DATA_ALIGNMENT);
        }
    }

    int program(Program program) {
        return programs.get(program);
    }

    int slot(Slot slot) {
        return slots.get(slot);
    }

    Map<Slot, Integer> slots() {
        return slots;
    }

    /** Offset of every piece of data from the start of the data. */
    Map<Data, Integer> data() {
        return data;
    }

    int stepCount() {
        return stepCount;
    }

    int dataSize() {
        return dataSize;
    }

    int programsOffset() {
        return HEADER_SIZE;
    }

    int stepsOffset() {
        return programsOffset() + programs.size() * PROGRAM_SIZE;
    }

    int slotsOffset() {
        return stepsOffset() + stepCount * STEP_SIZE;
    }

    int barriersOffset() {
        return slotsOffset() + slots.size() * SLOT_SIZE;
    }

    int dataOffset() {
        return roundUp(barriersOffset() + barrierCount * BARRIER_SIZE, DATA_ALIGNMENT);
    }

    /** Bytes of the encoded plan: whole pages. */
    int size() {
        return roundUp(dataOffset() + dataSize, PAGE);
    }

    /** Bytes the restorer occupies in the hole: its text, the plan, a stack for each program. */
    long holeLength() {
        return TEXT_ROOM + size() + programs.size() * STACK_SIZE;
    }

    private static int roundUp(int value, int unit) {
        return Math.addExact(value, unit - 1) / unit * unit;
    }
}
