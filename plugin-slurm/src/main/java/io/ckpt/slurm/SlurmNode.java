package io.ckpt.slurm;

import io.ckpt.scheduler.NodeHealth;
import java.time.ZoneOffset;

/** {@code scontrol show node} as a verdict. */
final class SlurmNode {
    private SlurmNode() {}

    /** States are printed as {@code DOWN*} or {@code DOWN+NOT_RESPONDING}, by version. */
    static NodeHealth parse(String text) {
        String state = ScontrolText.parse(text, ZoneOffset.UTC).required("State");
        if (state.startsWith("DOWN")) {
            return NodeHealth.DOWN;
        }
        boolean silent = state.contains("NOT_RESPONDING") || state.contains("*");
        return silent ? NodeHealth.NOT_RESPONDING : NodeHealth.RESPONDING;
    }
}
