package io.ckpt.kind.namespace;

import io.ckpt.image.v1.IpcNamespace;
import io.ckpt.kernel.KernelName;
import io.ckpt.kernel.NamespaceSort;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.OwnNamespace;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;
import java.util.List;

/** What limits the System V objects and POSIX message queues of a namespace; the objects are kinds of their own. */
public final class IpcNamespaceKind implements ObjectKind<OwnNamespace, IpcNamespace> {
    private static final List<String> LIMITS = List.of(
            "kernel/shmmax",
            "kernel/shmall",
            "kernel/shmmni",
            "kernel/shm_rmid_forced",
            "kernel/msgmax",
            "kernel/msgmnb",
            "kernel/msgmni",
            "kernel/sem",
            "fs/mqueue/queues_max",
            "fs/mqueue/msg_max",
            "fs/mqueue/msgsize_max",
            "fs/mqueue/msg_default",
            "fs/mqueue/msgsize_default");

    @Override
    public String name() {
        return "ipc-namespace";
    }

    @Override
    public IpcNamespace emptyState() {
        return IpcNamespace.getDefaultInstance();
    }

    @Override
    public boolean accepts(OwnNamespace namespace, CaptureContext context) {
        return namespace.sort() == NamespaceSort.IPC;
    }

    @Override
    public IpcNamespace capture(OwnNamespace namespace, CaptureContext context) {
        IpcNamespace.Builder state = IpcNamespace.newBuilder().addAllMembers(namespace.innerPids());
        for (String limit : LIMITS) {
            String file = "/proc/sys/" + limit;
            state.addLimitsBuilder()
                    .setFile(file)
                    .setValue(namespace.first().ipcText(file).strip());
        }
        return state.build();
    }

    @Override
    public void plan(ObjectId id, IpcNamespace state, PlanContext plan) {
        Passage passage = new Passage(NamespaceSort.IPC, id, plan);
        passage.make(steps -> state.getLimitsList().forEach(limit -> write(steps, limit)));
        passage.admit(state.getMembersList());
    }

    private static void write(Steps steps, IpcNamespace.Limit limit) {
        Slot file = steps.call(
                "limit",
                SystemCall.OPENAT,
                Operand.named(-100, "AT_FDCWD"),
                Operand.text(limit.getFile()),
                Operand.named(OpenFlags.WRONLY, "O_WRONLY"));
        int length = KernelName.encode(limit.getValue()).length;
        Operand text = Operand.text(limit.getValue());
        steps.expect(Word.Expect.exactly(length), SystemCall.WRITE, file, text, Operand.of(length));
        steps.call(SystemCall.CLOSE, file);
    }
}
