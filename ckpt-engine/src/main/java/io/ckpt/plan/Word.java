package io.ckpt.plan;

import java.util.List;
import java.util.Optional;

/** The nine words of a plan. The restorer knows these and no kernel object. */
public sealed interface Word {
    /** The values it needs, in the order it prints them. */
    default List<Operand> uses() {
        return List.of();
    }

    /** The slot that has a value once the word is done. */
    default Optional<Slot> defines() {
        return Optional.empty();
    }

    /** The program of the task it starts. */
    default Optional<Program> starts() {
        return Optional.empty();
    }

    /** A system call; its result goes to {@code result}, if any. Anything but {@code expect} ends the restart. */
    record SystemCall(int number, List<Operand> arguments, Expect expect, Slot result) implements Word {
        @Override
        public List<Operand> uses() {
            return arguments;
        }

        @Override
        public Optional<Slot> defines() {
            return Optional.ofNullable(result);
        }
    }

    /** Reads {@code width} bytes (1, 2, 4 or 8, unsigned) of data into a slot. */
    record Load(Slot result, Operand.Address address, int width) implements Word {
        @Override
        public List<Operand> uses() {
            return List.of(address);
        }

        @Override
        public Optional<Slot> defines() {
            return Optional.of(result);
        }
    }

    /** Writes the low {@code width} bytes (1, 2, 4 or 8) of a value into data. */
    record Store(Operand value, Operand.Address address, int width) implements Word {
        @Override
        public List<Operand> uses() {
            return List.of(address, value);
        }
    }

    /**
     * clone3(2) with set_tid: the child runs {@code child} and sends SIGCHLD when it ends. {@code pids} are its numbers in its
     * own pid namespace and those around it, from the inside out; in the others, or where there are none, the kernel chooses.
     * The pid goes to {@code result}, if any.
     */
    record Fork(Program child, List<Integer> pids, Slot result) implements Word {
        @Override
        public Optional<Slot> defines() {
            return Optional.ofNullable(result);
        }

        @Override
        public Optional<Program> starts() {
            return Optional.of(child);
        }
    }

    /** clone3(2) with set_tid of one more thread of this process, which runs {@code child}; see {@link Fork}. */
    record StartThread(Program child, List<Integer> tids, Slot result) implements Word {
        @Override
        public Optional<Slot> defines() {
            return Optional.ofNullable(result);
        }

        @Override
        public Optional<Program> starts() {
            return Optional.of(child);
        }
    }

    /** Copies the restorer into the hole, unmaps everything else, goes on there. First word of the first program. */
    record Move() implements Word {}

    /** Waits until everyone named by the barrier has come. */
    record Arrive(Barrier barrier) implements Word {}

    /** Waits to be seized by the engine. Last word of every task of the job. */
    record Park() implements Word {}

    /** Waits until a child of this process has ended with status 0, and reaps it (wait4(2) with __WALL). */
    record Await(Operand pid) implements Word {
        @Override
        public List<Operand> uses() {
            return List.of(pid);
        }
    }

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
