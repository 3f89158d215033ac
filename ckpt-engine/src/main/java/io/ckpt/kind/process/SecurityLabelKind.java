package io.ckpt.kind.process;

import io.ckpt.fault.Fault;
import io.ckpt.freeze.FrozenProcess;
import io.ckpt.image.v1.SecurityLabel;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;

/**
 * What a security module (SELinux, AppArmor) confines a process to. A restarted job has the label of its place, for what
 * a label may become is the site's policy: it is told, not carried.
 */
public final class SecurityLabelKind implements ObjectKind<FrozenProcess, SecurityLabel> {
    private static final String UNCONFINED = "unconfined";

    @Override
    public String name() {
        return "security-label";
    }

    @Override
    public SecurityLabel emptyState() {
        return SecurityLabel.getDefaultInstance();
    }

    @Override
    public boolean accepts(FrozenProcess process, CaptureContext context) {
        return !process.isZombie() && !label(process).isEmpty();
    }

    @Override
    public SecurityLabel capture(FrozenProcess process, CaptureContext context) {
        String label = label(process);
        if (!label.startsWith(UNCONFINED)) {
            context.warn("pid " + process.pid() + " is confined as " + label
                    + "; after a restart it is confined as what starts it there");
        }
        return SecurityLabel.newBuilder().setLabel(label).build();
    }

    @Override
    public void plan(ObjectId id, SecurityLabel state, PlanContext plan) {}

    /** Nothing where no module has labels. */
    private static String label(FrozenProcess process) {
        try {
            return process.text("attr/current").replace("\0", "").strip();
        } catch (Fault noModule) {
            return "";
        }
    }
}
