package io.ckpt.plan;

import io.ckpt.plan.Program.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Walks all tasks of a plan as the kernel could run them, one after the other, each until it waits: every slot must
 * have its value before it is used (from the same task, its parent before the start, or across a barrier or an await),
 * and everybody who waits must be released.
 */
final class PlanFlow {
    private final Defects defects;
    private final Map<Program, Walk> walks = new LinkedHashMap<>();
    private final Map<Slot, Program> children = new HashMap<>();
    private final Map<Barrier, List<Walk>> arrivals = new LinkedHashMap<>();
    private final Plan plan;

    /** How far one task has come, and the slots whose values it can rely on. */
    private static final class Walk {
        private final Program program;
        private final Set<Slot> known;
        private int next;
        private boolean waits;

        Walk(Program program, Set<Slot> known) {
            this.program = program;
            this.known = new HashSet<>(known);
        }

        boolean ended() {
            return next == program.steps().size();
        }

        Step step() {
            return program.steps().get(next);
        }
    }

    PlanFlow(Plan plan) {
        this.plan = plan;
        this.defects = new Defects(plan);
        plan.barriers().forEach(barrier -> arrivals.put(barrier, new ArrayList<>()));
    }

    List<String> defects() {
        walks.put(plan.programs().get(0), new Walk(plan.programs().get(0), Set.of()));
        boolean moved = true;
        while (moved) {
            moved = false;
            for (Walk walk : List.copyOf(walks.values())) {
                moved |= advance(walk);
            }
        }
        stuck();
        return defects.lines();
    }

    /** Runs a task until it waits or ends; true when it did anything. */
    private boolean advance(Walk walk) {
        int before = walk.next;
        while (!walk.ended() && !walk.waits && execute(walk, walk.step())) {
            walk.next++;
        }
        return walk.next != before;
    }

    /** False when the task cannot go on yet. */
    private boolean execute(Walk walk, Step step) {
        Word word = step.word();
        uses(walk, step);
        word.starts().ifPresent(child -> walks.put(child, new Walk(child, walk.known)));
        word.defines().ifPresent(walk.known::add);
        if (word instanceof Word.Fork fork && fork.result() != null) {
            children.put(fork.result(), fork.child());
        }
        if (word instanceof Word.Arrive arrive) {
            arrive(walk, arrive.barrier());
        }
        return !(word instanceof Word.Await await) || ended(walk, step, await.pid());
    }

    private void uses(Walk walk, Step step) {
        for (Operand operand : step.word().uses()) {
            if (operand instanceof Slot slot && walk.known.add(slot)) {
                defects.add(walk.program, step, "$" + slot.name() + " has no value yet");
            }
        }
    }

    private void arrive(Walk walk, Barrier barrier) {
        List<Walk> arrived = arrivals.computeIfAbsent(barrier, unlisted -> new ArrayList<>());
        arrived.add(walk);
        walk.waits = true;
        if (arrived.size() == barrier.tasks()) {
            Set<Slot> all = new HashSet<>();
            arrived.forEach(each -> all.addAll(each.known));
            arrived.forEach(each -> {
                each.known.addAll(all);
                each.waits = false;
            });
        }
    }

    private boolean ended(Walk walk, Step step, Operand pid) {
        Program child = children.get(pid);
        if (child == null) {
            defects.add(walk.program, step, "awaits no child that the plan forks");
            return true;
        }
        walk.known.addAll(walks.get(child).known);
        return walks.get(child).ended();
    }

    private void stuck() {
        arrivals.forEach((barrier, arrived) -> {
            if (arrived.size() != barrier.tasks()) {
                defects.add("barrier " + barrier.name() + " waits for " + barrier.tasks() + " tasks, " + arrived.size()
                        + " arrive");
            }
        });
        walks.values().stream()
                .filter(walk -> !walk.ended() && !walk.waits)
                .forEach(walk -> defects.add(walk.program, walk.step(), "never ends"));
    }
}
