package io.ckpt.pbs;

import io.ckpt.scheduler.NodeHealth;
import java.util.List;

/** {@code pbsnodes -F json} as a verdict. */
final class PbsNode {
    private PbsNode() {}

    /** States are printed with commas between them: {@code down,offline}. */
    static NodeHealth parse(String text, String name) {
        List<String> states =
                List.of(PbsText.parse(text, "nodes", name).text("state").split(","));
        return states.contains("down") ? NodeHealth.DOWN : NodeHealth.RESPONDING;
    }
}
