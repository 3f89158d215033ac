package io.ckpt.kind.process;

import io.ckpt.freeze.FrozenProcess;
import io.ckpt.image.v1.Directories;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Steps;
import io.ckpt.procfs.ProcStatus;

/** Working directory and umask. The root directory, where the process has changed it. */
public final class DirectoriesKind implements ObjectKind<FrozenProcess, Directories> {
    private static final String DELETED = " (deleted)";

    @Override
    public String name() {
        return "directories";
    }

    @Override
    public Directories emptyState() {
        return Directories.getDefaultInstance();
    }

    @Override
    public boolean accepts(FrozenProcess process, CaptureContext context) {
        return !process.isZombie();
    }

    @Override
    public Directories capture(FrozenProcess process, CaptureContext context) {
        String cwd = process.link("cwd");
        String root = process.link("root");
        if (cwd.endsWith(DELETED) && process.status("cwd").links() == 0) {
            context.refuse(process.pid(), "working directory " + cwd, "it is deleted", "change to one that exists");
        }
        return Directories.newBuilder()
                .setCwd(cwd)
                .setRoot(root.equals("/") ? "" : root)
                .setUmask(ProcStatus.parse(process.text("status")).umask().orElse(022))
                .build();
    }

    @Override
    public void plan(ObjectId id, Directories state, PlanContext plan) {
        Steps steps = plan.map(id.number(), "pid " + id.number() + ", working directory");
        plan.asOwner(steps, () -> {
            steps.call(SystemCall.CHDIR, Operand.text(state.getCwd()));
            if (!state.getRoot().isEmpty()) { // last: the working directory stays where it is
                steps.call(SystemCall.CHROOT, Operand.text(state.getRoot()));
            }
        });
        steps.call(SystemCall.UMASK, Operand.named(state.getUmask(), "0" + Integer.toOctalString(state.getUmask())));
    }
}
