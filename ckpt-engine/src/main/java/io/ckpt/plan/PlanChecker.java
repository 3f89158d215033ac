package io.ckpt.plan;

import io.ckpt.fault.Fault;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds what would make a plan fail for a reason that lies in the plan: a defect of the planner, never of the job.
 * {@link PlanStructure} looks at words alone, {@link PlanFlow} at their order over all tasks.
 */
public final class PlanChecker {
    private static final int TOLD = 10;

    private PlanChecker() {}

    /** Throws an internal fault that names the first defects of the plan, if it has any. */
    public static void check(Plan plan) {
        List<String> defects = defects(plan);
        if (!defects.isEmpty()) {
            String told = String.join("\n", defects.subList(0, Math.min(TOLD, defects.size())));
            throw Fault.internal("the restart plan has " + defects.size() + " defects:\n" + told, null);
        }
    }

    /** Every defect, a line each; empty for a good plan. */
    public static List<String> defects(Plan plan) {
        List<String> defects = new ArrayList<>(new PlanStructure(plan).defects());
        if (defects.isEmpty()) {
            defects.addAll(new PlanFlow(plan).defects());
        }
        return defects;
    }
}
