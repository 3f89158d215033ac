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
import java.util.Map;
import java.util.TreeMap;

/** What limits the System V objects and POSIX message queues of a namespace; the objects are kinds of their own. */
public final class IpcNamespaceKind implements ObjectKind<OwnNamespace, IpcNamespace> {
    /** What a new namespace has. */
    private static final Map<String, String> USUAL = new TreeMap<>(Map.ofEntries(
            Map.entry("kernel/shmmax", "18446744073692774399"),
            Map.entry("kernel/shmall", "18446744073692774399"),
            Map.entry("kernel/shmmni", "4096"),
            Map.entry("kernel/shm_rmid_forced", "0"),
            Map.entry("kernel/msgmax", "8192"),
            Map.entry("kernel/msgmnb", "16384"),
            Map.entry("kernel/msgmni", "32000"),
            Map.entry("kernel/sem", "32000\t1024000000\t500\t32000"),
            Map.entry("fs/mqueue/queues_max", "256"),
            Map.entry("fs/mqueue/msg_max", "10"),
            Map.entry("fs/mqueue/msgsize_max", "8192"),
            Map.entry("fs/mqueue/msg_default", "10"),
            Map.entry("fs/mqueue/msgsize_default", "8192")));

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
        USUAL.forEach((limit, usual) -> {
            String file = "/proc/sys/" + limit;
            String value = namespace.first().ipcText(file).strip();
            if (!value.equals(usual)) {
                state.addLimitsBuilder().setFile(file).setValue(value);
            }
        });
        if (state.getLimitsCount() > 0 && namespace.owner().isPresent()) {
            context.refuse(
                    namespace.first().pid(),
                    "ipc namespace " + namespace.name(),
                    state.getLimits(0).getFile() + " has been changed in it",
                    "leave limits as they are in a user namespace");
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
