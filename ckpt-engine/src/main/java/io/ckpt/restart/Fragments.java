package io.ckpt.restart;

import io.ckpt.plan.Program;
import io.ckpt.plan.Steps;
import java.util.EnumMap;
import java.util.Map;

/** The words of one task, gathered stage by stage in any order and read out in the order of the stages. */
final class Fragments {
    /** The stages of one task. */
    enum Stage {
        CREATE,
        CONNECT,
        FILLED,
        SESSION,
        INSTALL,
        MAP,
        ARM,
        ARM_THREAD
    }

    private final String task;
    private final Map<Stage, Program> programs = new EnumMap<>(Stage.class);

    Fragments(String task) {
        this.task = task;
    }

    Steps at(Stage stage, String origin) {
        return new Steps(programs.computeIfAbsent(stage, name -> new Program(task + " " + name)), origin);
    }

    boolean holds(Steps steps) {
        return programs.values().stream().anyMatch(steps::areIn);
    }

    void appendTo(Program program, Stage stage) {
        Program fragment = programs.get(stage);
        if (fragment != null) {
            fragment.steps().forEach(step -> program.add(step.word(), step.origin()));
        }
    }
}
