package io.ckpt.plan;

import io.ckpt.plan.Word.Expect;
import java.util.List;

/** What the restorer reads of a word besides the slot that it defines; see {@code enum ckpt_word}. */
record EncodedWord(int opcode, int detail, Expect expect, List<Operand> operands) {
    static EncodedWord of(Word word, PlanIndex index) {
        if (word instanceof Word.SystemCall call) {
            return new EncodedWord(1, call.number(), call.expect(), call.uses());
        } else if (word instanceof Word.Load load) {
            return new EncodedWord(2, load.width(), Expect.ANYTHING, load.uses());
        } else if (word instanceof Word.Store store) {
            return new EncodedWord(3, store.width(), Expect.ANYTHING, store.uses());
        } else if (word instanceof Word.Fork fork) {
            return new EncodedWord(4, index.program(fork.child()), Expect.SUCCESS, numbers(fork.pids()));
        } else if (word instanceof Word.StartThread thread) {
            return new EncodedWord(5, index.program(thread.child()), Expect.SUCCESS, numbers(thread.tids()));
        } else if (word instanceof Word.Move) {
            return new EncodedWord(6, 0, Expect.SUCCESS, List.of());
        } else if (word instanceof Word.Arrive arrive) {
            return new EncodedWord(7, arrive.barrier().index(), Expect.SUCCESS, List.of());
        } else if (word instanceof Word.Park) {
            return new EncodedWord(8, 0, Expect.SUCCESS, List.of());
        }
        return new EncodedWord(9, 0, Expect.exactly(0), word.uses());
    }

    private static List<Operand> numbers(List<Integer> ids) {
        return ids.stream().<Operand>map(Operand::of).toList();
    }
}
