package io.ckpt.kind.namespace;

import io.ckpt.freeze.FrozenProcess;
import io.ckpt.image.v1.TimeNamespace;
import io.ckpt.kernel.KernelName;
import io.ckpt.kernel.NamespaceSort;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.NamespaceCalls;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.OwnNamespace;
import io.ckpt.kind.PlanContext;
import io.ckpt.kind.ProcessTime;
import io.ckpt.place.ClockOffsets;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;
import io.ckpt.procfs.TimeOffsets;
import java.util.List;

/**
 * Clocks that are ahead of those of the job, or behind. Who made one is not in it himself, only what he forks from then on is:
 * he gets another one with the same clocks for that.
 */
public final class TimeNamespaceKind implements ObjectKind<OwnNamespace, TimeNamespace> {
    private static final Operand AT_FDCWD = Operand.named(-100, "AT_FDCWD");
    private static final long NANOS = 1_000_000_000L;

    @Override
    public String name() {
        return "time-namespace";
    }

    @Override
    public TimeNamespace emptyState() {
        return TimeNamespace.getDefaultInstance();
    }

    @Override
    public boolean accepts(OwnNamespace namespace, CaptureContext context) {
        return namespace.sort() == NamespaceSort.TIME;
    }

    @Override
    public TimeNamespace capture(OwnNamespace namespace, CaptureContext context) {
        List<FrozenProcess> living = context.job().processes().stream()
                .filter(process -> !process.isZombie())
                .toList();
        List<FrozenProcess> parents = living.stream()
                .filter(process -> ProcessTime.ofChildren(process).equals(namespace.name()))
                .toList();
        TimeOffsets offsets = parents.stream()
                .findFirst()
                .map(ProcessTime::offsetsOfChildren)
                .orElseGet(() -> ProcessTime.offsets(namespace.first()));
        TimeOffsets ofJob = ProcessTime.offsets(living.get(0));
        return TimeNamespace.newBuilder()
                .addAllMembers(namespace.innerPids())
                .addAllParents(parents.stream()
                        .filter(process -> !namespace.members().contains(process))
                        .map(FrozenProcess::innerPid)
                        .toList())
                .setMonotonicNs(offsets.monotonic() - ofJob.monotonic())
                .setBoottimeNs(offsets.boottime() - ofJob.boottime())
                .build();
    }

    @Override
    public void plan(ObjectId id, TimeNamespace state, PlanContext plan) {
        if (state.getMembersCount() > 0) {
            make(id, state, plan);
        }
        state.getMembersList()
                .forEach(pid -> NamespaceCalls.enter(plan.install(pid, "pid " + pid + ", time namespace"), plan, id));
        state.getParentsList()
                .forEach(pid -> begin(plan.map(pid, "pid " + pid + ", time namespace of its children"), state, plan));
    }

    private static void make(ObjectId id, TimeNamespace state, PlanContext plan) {
        Steps create = plan.create(id.value());
        ObjectId place = OwnNamespace.ofPlace(NamespaceSort.TIME);
        if (!plan.isMade(place)) {
            plan.adopt(create, place, open(create, place.value(), "/proc/self/ns/time", OpenFlags.RDONLY));
        }
        begin(create, state, plan);
        plan.adopt(create, id, open(create, id.value(), "/proc/self/ns/time_for_children", OpenFlags.RDONLY));
        NamespaceCalls.enter(create, plan, place);
    }

    /** Its clocks can be set until the first process is in it. */
    private static void begin(Steps steps, TimeNamespace state, PlanContext plan) {
        ClockOffsets ofPlace = plan.clocks();
        String text = line("monotonic", ofPlace.monotonic() + state.getMonotonicNs())
                + line("boottime", ofPlace.boottime() + state.getBoottimeNs());
        int length = KernelName.encode(text).length;
        steps.call(SystemCall.UNSHARE, NamespaceCalls.flag(NamespaceSort.TIME));
        Slot file = open(steps, "offsets", "/proc/self/timens_offsets", OpenFlags.WRONLY);
        steps.expect(Word.Expect.exactly(length), SystemCall.WRITE, file, Operand.text(text), Operand.of(length));
        steps.call(SystemCall.CLOSE, file);
    }

    private static String line(String clock, long offset) {
        return clock + " " + Math.floorDiv(offset, NANOS) + " " + Math.floorMod(offset, NANOS) + "\n";
    }

    private static Slot open(Steps steps, String name, String path, int flags) {
        return steps.call(
                name, SystemCall.OPENAT, AT_FDCWD, Operand.text(path), Operand.named(flags, OpenFlags.text(flags)));
    }
}
