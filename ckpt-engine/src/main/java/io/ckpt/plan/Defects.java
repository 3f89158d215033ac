package io.ckpt.plan;

import io.ckpt.plan.Program.Step;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with a plan, each with the place where it was found. */
final class Defects {
    private final PlanPrinter printer;
    private final List<String> lines = new ArrayList<>();

    Defects(Plan plan) {
        printer = new PlanPrinter(plan);
    }

    void add(String line) {
        lines.add(line);
    }

    void add(Program program, String line) {
        add(program.name() + ": " + line);
    }

    void add(Program program, Step step, String line) {
        add(program, step.origin() + ": " + printer.text(step.word()) + ": " + line);
    }

    List<String> lines() {
        return List.copyOf(lines);
    }
}
