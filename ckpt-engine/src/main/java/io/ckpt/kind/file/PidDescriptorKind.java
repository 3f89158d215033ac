package io.ckpt.kind.file;

import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.PidDescriptor;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.Description;
import io.ckpt.kind.FileCalls;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import io.ckpt.procfs.FdInfo;
import java.util.Optional;

/**
 * A descriptor of pidfd_open(2). The nursery has one of the restorer itself, which is gone and waited for when the job
 * runs: so it stands for every process that has ended. One of a process that lives is opened when that is there.
 */
public final class PidDescriptorKind implements ObjectKind<StolenFile, PidDescriptor> {
    private static final int GONE = -1;
    /** PIDFD_THREAD. */
    private static final int THREAD = OpenFlags.EXCL;

    @Override
    public String name() {
        return "pidfd";
    }

    @Override
    public PidDescriptor emptyState() {
        return PidDescriptor.getDefaultInstance();
    }

    @Override
    public boolean accepts(StolenFile file, CaptureContext context) {
        return file.link().equals("anon_inode:[pidfd]");
    }

    @Override
    public PidDescriptor capture(StolenFile file, CaptureContext context) {
        FdInfo info = FdInfo.parse(file.info());
        return PidDescriptor.newBuilder()
                .setFlags(info.flags() & (OpenFlags.NONBLOCK | THREAD))
                .setPid(info.pid() == GONE ? gone(file, context) : innerPid(file, info.pid(), context))
                .build();
    }

    @Override
    public void plan(ObjectId id, PidDescriptor state, PlanContext plan) {
        Steps create = plan.create(plan.origin(id, name()));
        Slot self = create.call("self", SystemCall.GETPID);
        plan.adopt(create, id, open(create, id.value(), self, state.getFlags() & OpenFlags.NONBLOCK));
        if (state.getPid() != 0) {
            for (PlanContext.Place place : plan.places(id)) {
                Steps arm = plan.arm(place.innerPid(), plan.origin(id, name()));
                int pid = plan.seenBy(place.innerPid(), state.getPid());
                Slot opened = open(arm, id.value(), Operand.of(pid), state.getFlags());
                FileCalls.replace(arm, opened, place.number());
            }
        }
    }

    /** Stands for a process of the place afterwards, of which nothing is known further inside. */
    private static int gone(StolenFile file, CaptureContext context) {
        if (!file.process().pidNamespaces().isEmpty()) {
            Description.refuse(
                    file,
                    context,
                    "it stands for a process that has ended, in a pid namespace of the job's own",
                    "close it when the process has ended");
        }
        return 0;
    }

    private static int innerPid(StolenFile file, int pid, CaptureContext context) {
        Optional<FrozenProcess> process = context.job().processes().stream()
                .filter(each -> each.pid() == pid)
                .filter(each -> isSeen(each, file, context))
                .findFirst();
        if (process.isEmpty()) {
            Description.refuse(
                    file,
                    context,
                    "it stands for process " + pid + " outside the job or the pid namespace of who has it",
                    "close it, or checkpoint that process with it");
        }
        return process.map(FrozenProcess::innerPid).orElse(0);
    }

    private static boolean isSeen(FrozenProcess process, StolenFile file, CaptureContext context) {
        return context.files().stream()
                .filter(other -> other.description() == file.description())
                .allMatch(holder -> holder.process().sees(process));
    }

    private static Slot open(Steps steps, String name, Operand pid, int flags) {
        return steps.call(name, SystemCall.PIDFD_OPEN, pid, Operand.named(flags, text(flags)));
    }

    private static String text(int flags) {
        String thread = (flags & THREAD) == 0 ? "" : "PIDFD_THREAD";
        String nonblock = (flags & OpenFlags.NONBLOCK) == 0 ? "" : "PIDFD_NONBLOCK";
        return flags == 0 ? "0" : thread + (thread.isEmpty() || nonblock.isEmpty() ? "" : "|") + nonblock;
    }
}
