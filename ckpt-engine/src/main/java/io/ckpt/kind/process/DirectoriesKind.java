package io.ckpt.kind.process;

import io.ckpt.fault.Fault;
import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.Rights.Access;
import io.ckpt.image.v1.Directories;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.FileCalls;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Steps;
import java.util.UUID;

/** Working directory, made again where it is deleted, and umask. The root directory, where the process has changed it. */
public final class DirectoriesKind implements ObjectKind<FrozenProcess, Directories> {
    private static final String DELETED = " (deleted)";
    private static final int ONLY_OWNER = 0700;

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
        boolean gone = cwd.endsWith(DELETED) && process.status("cwd").links() == 0;
        String existing = gone ? existing(process, cwd) : cwd;
        context.opens(
                process.pid(), "working directory", existing, gone ? Access.WRITE | Access.SEARCH : Access.SEARCH);
        return Directories.newBuilder()
                .setCwd(existing)
                .setPassingName(gone ? ".ckpt-" + UUID.randomUUID() : "")
                .setRoot(root.equals("/") ? "" : root)
                .setUmask(process.procStatus().umask().orElse(022))
                .build();
    }

    /** The nearest directory above a deleted one that is still there. */
    private static String existing(FrozenProcess process, String path) {
        String parent = path.substring(0, Math.max(1, path.lastIndexOf('/')));
        try {
            return process.status("root" + parent).isDirectory() ? parent : existing(process, parent);
        } catch (Fault missing) {
            return existing(process, parent);
        }
    }

    private static void enter(Steps steps, Directories state) {
        if (state.getPassingName().isEmpty()) {
            steps.call(SystemCall.CHDIR, Operand.text(state.getCwd()));
            return;
        }
        String path = state.getCwd() + "/" + state.getPassingName();
        FileCalls.makeDirectory(steps, path, ONLY_OWNER);
        steps.call(SystemCall.CHDIR, Operand.text(path));
        FileCalls.removeDirectory(steps, path);
    }

    @Override
    public void plan(ObjectId id, Directories state, PlanContext plan) {
        Steps steps = plan.map(id.number(), "pid " + id.number() + ", working directory");
        plan.asOwner(steps, () -> {
            enter(steps, state);
            if (!state.getRoot().isEmpty()) { // last: the working directory stays where it is
                steps.call(SystemCall.CHROOT, Operand.text(state.getRoot()));
            }
        });
        steps.call(SystemCall.UMASK, Operand.named(state.getUmask(), "0" + Integer.toOctalString(state.getUmask())));
    }
}
