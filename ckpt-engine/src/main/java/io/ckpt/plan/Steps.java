package io.ckpt.plan;

import java.util.List;

/**
 * Where a kind appends words: one stage of one program. What is appended is named after {@link #origin}, so that a
 * failure reads {@code pid 4711, fd 12 [eventfd]: eventfd2(5, EFD_NONBLOCK) = EMFILE}.
 */
public final class Steps {
    private final Program program;
    private final String origin;

    public Steps(Program program, String origin) {
        this.program = program;
        this.origin = origin;
    }

    /** The same place, speaking for another object. */
    public Steps of(String otherOrigin) {
        return new Steps(program, otherOrigin);
    }

    public boolean areIn(Program candidate) {
        return program == candidate;
    }

    public String origin() {
        return origin;
    }

    /** A call that must not fail; its result, under a name of its own. */
    public Slot call(String resultName, int number, Operand... arguments) {
        Slot result = new Slot(resultName);
        program.add(new Word.SystemCall(number, List.of(arguments), Word.Expect.SUCCESS, result), origin);
        return result;
    }

    /** A call that may fail; its result or -errno, under a name of its own. */
    public Slot attempt(String resultName, int number, Operand... arguments) {
        Slot result = new Slot(resultName);
        program.add(new Word.SystemCall(number, List.of(arguments), Word.Expect.ANYTHING, result), origin);
        return result;
    }

    /** A call that must not fail, for its effect. */
    public void call(int number, Operand... arguments) {
        expect(Word.Expect.SUCCESS, number, arguments);
    }

    public void expect(Word.Expect expect, int number, Operand... arguments) {
        program.add(new Word.SystemCall(number, List.of(arguments), expect, null), origin);
    }

    /** Reads {@code width} bytes (1, 2, 4 or 8) that an earlier call left in data. */
    public Slot load(String resultName, Operand.Address address, int width) {
        Slot result = new Slot(resultName);
        program.add(new Word.Load(result, address, width), origin);
        return result;
    }

    /** Completes a structure before a call uses it: a descriptor or address known only by then. */
    public void store(Operand value, Operand.Address address, int width) {
        program.add(new Word.Store(value, address, width), origin);
    }

    /** A child process; pid 0 lets the kernel choose. The slot holds its pid as this process sees it. */
    public Slot fork(Program child, int pid) {
        return fork(child, chosen(pid));
    }

    /** With a number in each of several pid namespaces, from the inside out. */
    public Slot fork(Program child, List<Integer> pids) {
        Slot result = new Slot("pid." + child.name());
        program.add(new Word.Fork(child, pids, result), origin);
        return result;
    }

    public void startThread(Program child, int tid) {
        startThread(child, chosen(tid));
    }

    public void startThread(Program child, List<Integer> tids) {
        program.add(new Word.StartThread(child, tids, null), origin);
    }

    private static List<Integer> chosen(int id) {
        return id == 0 ? List.of() : List.of(id);
    }

    public void add(Word word) {
        program.add(word, origin);
    }
}
