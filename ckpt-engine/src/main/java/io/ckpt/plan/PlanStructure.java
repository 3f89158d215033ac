package io.ckpt.plan;

import io.ckpt.kernel.SystemCall;
import io.ckpt.plan.Program.Step;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The rules that each word, program and barrier of a plan keeps whatever the others do. */
final class PlanStructure {
    private static final int PAGE = 4096;
    private static final int ARGUMENTS = 6;
    private static final Set<Integer> WIDTHS = Set.of(1, 2, 4, 8);
    private static final Set<Integer> EXITS = Set.of(SystemCall.EXIT, SystemCall.EXIT_GROUP);

    private final Plan plan;
    private final Defects defects;
    private final Map<Program, Integer> starts = new HashMap<>();
    private final Set<List<Integer>> ids = new HashSet<>();
    private final Set<Slot> defined = new HashSet<>();

    PlanStructure(Plan plan) {
        this.plan = plan;
        this.defects = new Defects(plan);
    }

    List<String> defects() {
        plan.programs().forEach(this::program);
        starts();
        barriers();
        hole();
        return defects.lines();
    }

    private void program(Program program) {
        List<Step> steps = program.steps();
        for (int i = 0; i < steps.size(); i++) {
            position(program, i);
            word(program, steps.get(i));
        }
        if (steps.isEmpty() || !ends(steps.get(steps.size() - 1).word())) {
            defects.add(program, "does not end with park or exit");
        }
        if (program == plan.programs().get(0)
                && !(!steps.isEmpty() && steps.get(0).word() instanceof Word.Move)) {
            defects.add(program, "does not begin with move");
        }
    }

    private void position(Program program, int i) {
        Step step = program.steps().get(i);
        if (step.word() instanceof Word.Move
                && (i > 0 || program != plan.programs().get(0))) {
            defects.add(program, step, "is not the first word of the plan");
        }
        if (ends(step.word()) && i < program.steps().size() - 1) {
            defects.add(program, step, "is not the last word of its program");
        }
    }

    private static boolean ends(Word word) {
        return word instanceof Word.Park || word instanceof Word.SystemCall call && EXITS.contains(call.number());
    }

    private void word(Program program, Step step) {
        Word word = step.word();
        word.defines()
                .filter(slot -> !defined.add(slot))
                .ifPresent(slot -> defects.add(program, step, "$" + slot.name() + " has a value already"));
        word.uses().forEach(operand -> operand(program, step, operand));
        if (word instanceof Word.SystemCall call) {
            systemCall(program, step, call);
        } else if (word instanceof Word.Load load) {
            width(program, step, load.address(), load.width());
        } else if (word instanceof Word.Store store) {
            width(program, step, store.address(), store.width());
        } else if (word instanceof Word.Fork fork) {
            start(program, step, fork.child(), fork.pids());
        } else if (word instanceof Word.StartThread thread) {
            start(program, step, thread.child(), thread.tids());
        }
    }

    private void operand(Program program, Step step, Operand operand) {
        if (operand instanceof Operand.Address address
                && (address.offset() < 0 || address.offset() > address.data().size())) {
            defects.add(program, step, "offset " + address.offset() + " is outside the data");
        }
    }

    private void systemCall(Program program, Step step, Word.SystemCall call) {
        if (!AllowList.CALLS.contains(call.number())) {
            defects.add(program, step, "the call is not on the allow-list");
        }
        if (call.arguments().size() > ARGUMENTS) {
            defects.add(program, step, "more than six arguments");
        }
    }

    private void width(Program program, Step step, Operand.Address address, int width) {
        if (!WIDTHS.contains(width)) {
            defects.add(program, step, "no such width");
        } else if (address.offset() + width > address.data().size()) {
            defects.add(program, step, "goes beyond the data");
        }
    }

    private void start(Program program, Step step, Program child, List<Integer> numbers) {
        starts.merge(child, 1, Integer::sum);
        if (!numbers.isEmpty() && !ids.add(numbers)) {
            defects.add(program, step, "another task has this id");
        }
        if (numbers.size() > ARGUMENTS) {
            defects.add(program, step, "numbers in more than six pid namespaces");
        }
    }

    private void starts() {
        for (Program program : plan.programs()) {
            int expected = program == plan.programs().get(0) ? 0 : 1;
            int actual = starts.getOrDefault(program, 0);
            if (actual != expected) {
                defects.add(program, "is started " + actual + " times instead of " + expected);
            }
        }
        Set<Program> listed = new HashSet<>(plan.programs());
        starts.keySet().stream()
                .filter(program -> !listed.contains(program))
                .forEach(program -> defects.add(program, "is started but not listed"));
    }

    private void barriers() {
        for (int i = 0; i < plan.barriers().size(); i++) {
            Barrier barrier = plan.barriers().get(i);
            if (barrier.index() != i) {
                defects.add("barrier " + barrier.name() + " has index " + barrier.index() + " at place " + i);
            }
        }
    }

    private void hole() {
        long needed = PlanEncoder.holeLength(plan.programs(), plan.barriers());
        if ((plan.holeStart() | plan.holeLength()) % PAGE != 0 || plan.holeStart() <= 0) {
            defects.add("the hole is not page-aligned");
        }
        if (plan.holeLength() < needed) {
            defects.add("the hole has " + plan.holeLength() + " bytes, the plan needs " + needed);
        }
    }
}
