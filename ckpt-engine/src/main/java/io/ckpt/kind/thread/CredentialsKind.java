package io.ckpt.kind.thread;

import io.ckpt.freeze.FrozenThread;
import io.ckpt.freeze.Inquiry;
import io.ckpt.image.v1.Credentials;
import io.ckpt.kernel.NamespaceSort;
import io.ckpt.kernel.Prctl;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.NamespaceCalls;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Data;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;
import io.ckpt.procfs.ProcStatus;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/**
 * Who a thread is and what it may: the last thing it does before it parks, for afterwards it may no more than the job.
 * See credentials(7) and capabilities(7).
 */
public final class CredentialsKind implements ObjectKind<FrozenThread, Credentials> {
    private static final int CAPABILITY_VERSION_3 = 0x20080522;
    private static final int LAST_CAPABILITY = 40;
    private static final int CAP_SETPCAP = 8;
    private static final int NO_SETUID_FIXUP = 1 << 2;

    private static final Inquiry SECUREBITS = Inquiry.of(SystemCall.PRCTL, Prctl.GET_SECUREBITS);
    private static final Inquiry DUMPABLE = Inquiry.of(SystemCall.PRCTL, Prctl.GET_DUMPABLE);
    private static final Inquiry PARENT_DEATH_SIGNAL =
            Inquiry.filling(Integer.BYTES, SystemCall.PRCTL, room -> new long[] {Prctl.GET_PDEATHSIG, room});

    @Override
    public String name() {
        return "credentials";
    }

    @Override
    public Credentials emptyState() {
        return Credentials.getDefaultInstance();
    }

    @Override
    public boolean accepts(FrozenThread thread, CaptureContext context) {
        return true;
    }

    @Override
    public List<Inquiry> inquiries(FrozenThread thread) {
        return List.of(SECUREBITS, DUMPABLE, PARENT_DEATH_SIGNAL);
    }

    @Override
    public Credentials capture(FrozenThread thread, CaptureContext context) {
        ProcStatus status = thread.procStatus();
        ProcStatus.Capabilities capabilities = status.capabilities();
        return Credentials.newBuilder()
                .setRealUid(status.uid().real())
                .setEffectiveUid(status.uid().effective())
                .setSavedUid(status.uid().saved())
                .setFilesystemUid(status.uid().fileSystem())
                .setRealGid(status.gid().real())
                .setEffectiveGid(status.gid().effective())
                .setSavedGid(status.gid().saved())
                .setFilesystemGid(status.gid().fileSystem())
                .addAllGroups(status.groups())
                .setInheritable(capabilities.inheritable())
                .setPermitted(capabilities.permitted())
                .setEffective(capabilities.effective())
                .setBounding(capabilities.bounding())
                .setAmbient(capabilities.ambient())
                .setSecurebits((int) thread.ask(SECUREBITS).result())
                .setNoNewPrivileges(status.noNewPrivileges())
                .setProcess(status.innerTgid())
                .setDumpable((int) thread.ask(DUMPABLE).result())
                .setParentDeathSignal(thread.ask(PARENT_DEATH_SIGNAL).intValue())
                .build();
    }

    @Override
    public void plan(ObjectId id, Credentials state, PlanContext plan) {
        Steps steps = plan.armThread(id.number(), "tid " + id.number() + ", credentials");
        Optional<ObjectId> user = plan.around(NamespaceSort.USER);
        user.filter(own -> state.getProcess() == id.number())
                .ifPresent(own -> plan.later(() -> enter(own, id, state, plan)));
        dropBounding(steps, state.getBounding());
        prctl(steps, Prctl.SET_SECUREBITS, "PR_SET_SECUREBITS", NO_SETUID_FIXUP);
        if (user.isEmpty()) {
            identity(steps, state);
        }
        capabilities(steps, state, 1L << CAP_SETPCAP);
        raiseAmbient(steps, state);
        prctl(steps, Prctl.SET_SECUREBITS, "PR_SET_SECUREBITS", state.getSecurebits());
        capabilities(steps, state, 0);
        if (state.getNoNewPrivileges()) {
            prctl(steps, Prctl.SET_NO_NEW_PRIVS, "PR_SET_NO_NEW_PRIVS", 1);
        }
        if (state.getDumpable() <= 1) { // 2 is only ever set by the kernel; it stands after the change of uid
            prctl(steps, Prctl.SET_DUMPABLE, "PR_SET_DUMPABLE", state.getDumpable());
        }
        prctl(steps, Prctl.SET_PDEATHSIG, "PR_SET_PDEATHSIG", state.getParentDeathSignal());
    }

    /** Into a user namespace: last of all that may need rights outside, with an identity that may have no name inside. */
    private static void enter(ObjectId user, ObjectId id, Credentials state, PlanContext plan) {
        Steps steps = plan.map(id.number(), "tid " + id.number() + ", user namespace");
        prctl(steps, Prctl.SET_SECUREBITS, "PR_SET_SECUREBITS", NO_SETUID_FIXUP);
        identity(steps, state);
        NamespaceCalls.enter(steps, plan, user);
    }

    /** Capabilities the node does not know, or the restorer lacks, need no dropping: EINVAL and EPERM are as good. */
    private static void dropBounding(Steps steps, long bounding) {
        for (int capability = 0; capability <= LAST_CAPABILITY; capability++) {
            if ((bounding >>> capability & 1) == 0) {
                steps.expect(
                        Word.Expect.ANYTHING,
                        SystemCall.PRCTL,
                        Operand.named(Prctl.CAPBSET_DROP, "PR_CAPBSET_DROP"),
                        Operand.of(capability));
            }
        }
    }

    private static void identity(Steps steps, Credentials state) {
        List<Integer> groups = state.getGroupsList();
        ByteBuffer list =
                ByteBuffer.allocate(Math.max(1, groups.size()) * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        groups.forEach(list::putInt);
        steps.call(
                SystemCall.SETGROUPS,
                Operand.of(groups.size()),
                Data.struct(list.array(), groups.toString()).address());
        steps.call(SystemCall.SETRESGID, id(state.getRealGid()), id(state.getEffectiveGid()), id(state.getSavedGid()));
        steps.call(SystemCall.SETFSGID, id(state.getFilesystemGid()));
        steps.call(SystemCall.SETRESUID, id(state.getRealUid()), id(state.getEffectiveUid()), id(state.getSavedUid()));
        steps.call(SystemCall.SETFSUID, id(state.getFilesystemUid()));
    }

    /** @param more what a thread still needs besides its own: to choose securebits, which may forbid ambient ones */
    private static void capabilities(Steps steps, Credentials state, long more) {
        long effective = state.getEffective() | more;
        long permitted = state.getPermitted() | more;
        ByteBuffer header = ByteBuffer.allocate(2 * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(CAPABILITY_VERSION_3).putInt(0);
        ByteBuffer sets = ByteBuffer.allocate(6 * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int half = 0; half <= Integer.SIZE; half += Integer.SIZE) {
            sets.putInt((int) (effective >>> half));
            sets.putInt((int) (permitted >>> half));
            sets.putInt((int) (state.getInheritable() >>> half));
        }
        String text = String.format(
                "{effective=0x%x, permitted=0x%x, inheritable=0x%x}", effective, permitted, state.getInheritable());
        steps.call(
                SystemCall.CAPSET,
                Data.struct(header.array(), "{v3}").address(),
                Data.struct(sets.array(), text).address());
    }

    private static void raiseAmbient(Steps steps, Credentials state) {
        for (int capability = 0; capability <= LAST_CAPABILITY; capability++) {
            if ((state.getAmbient() >>> capability & 1) != 0) {
                steps.call(
                        SystemCall.PRCTL,
                        Operand.named(Prctl.CAP_AMBIENT, "PR_CAP_AMBIENT"),
                        Operand.named(Prctl.CAP_AMBIENT_RAISE, "PR_CAP_AMBIENT_RAISE"),
                        Operand.of(capability),
                        Operand.of(0),
                        Operand.of(0));
            }
        }
    }

    private static Operand id(int value) {
        return Operand.of(Integer.toUnsignedLong(value));
    }

    private static void prctl(Steps steps, int option, String name, int value) {
        steps.call(
                SystemCall.PRCTL,
                Operand.named(option, name),
                Operand.of(value),
                Operand.of(0),
                Operand.of(0),
                Operand.of(0));
    }
}
