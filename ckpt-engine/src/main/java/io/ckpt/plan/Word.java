package io.ckpt.plan;

import java.util.List;

/** The nine words of a plan. The restorer knows these and no kernel object. */
public sealed interface Word {
    /** A system call; its result goes to {@code result}. Anything but {@code expect} ends the restart. */
    record SystemCall(int number, List<Operand> arguments, Expect expect, Slot result) implements Word {}

    /** Reads {@code width} bytes (1, 2, 4 or 8, unsigned) at an address into a slot. */
    record Load(Slot result, Operand address, int width) implements Word {}

    /** Writes the low {@code width} bytes of a value to an address. */
    record Store(Operand value, Operand address, int width) implements Word {}

    /** clone3(2) with set_tid: the child runs {@code child}. {@code pid} 0 lets the kernel choose. */
    record Fork(Program child, int pid, Slot result) implements Word {}

    /** clone3(2) with set_tid of one more thread of this process, which runs {@code child}. */
    record StartThread(Program child, int tid, Slot result) implements Word {}

    /** Copies the restorer into the hole, unmaps everything else, goes on there. First word of the first program. */
    record Move() implements Word {}

    /** Waits until everyone named by the barrier has come. */
    record Arrive(Barrier barrier) implements Word {}

    /** Waits to be seized by the engine. Last word of every task of the job. */
    record Park() implements Word {}

    /** Waits until a child of this process is dead and reaps it (wait4(2) with __WALL). */
    record Await(Operand pid) implements Word {}

    /** Which results let the plan go on. */
    record Expect(Mode mode, long value) {
        public enum Mode {
            NOT_NEGATIVE,
            EQUALS,
            ANYTHING
        }

        public static final Expect SUCCESS = new Expect(Mode.NOT_NEGATIVE, 0);
        public static final Expect ANYTHING = new Expect(Mode.ANYTHING, 0);

        public static Expect exactly(long value) {
            return new Expect(Mode.EQUALS, value);
        }
    }
}
