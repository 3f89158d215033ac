package io.ckpt.kind.process;

import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.DescriptorTable;
import io.ckpt.kernel.Fcntl;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Steps;
import io.ckpt.procfs.FdInfo;

/** Which number of a process is which open file description, and whether it closes on exec. */
public final class DescriptorTableKind implements ObjectKind<FrozenProcess, DescriptorTable> {
    @Override
    public String name() {
        return "descriptor-table";
    }

    @Override
    public DescriptorTable emptyState() {
        return DescriptorTable.getDefaultInstance();
    }

    @Override
    public boolean accepts(FrozenProcess process, CaptureContext context) {
        return !process.isZombie();
    }

    @Override
    public DescriptorTable capture(FrozenProcess process, CaptureContext context) {
        DescriptorTable.Builder table = DescriptorTable.newBuilder();
        for (StolenFile file : process.files()) {
            table.addDescriptors(DescriptorTable.Descriptor.newBuilder()
                    .setNumber(file.number())
                    .setFileId(context.id(file).toString())
                    .setCloseOnExec((FdInfo.parse(file.info()).flags() & OpenFlags.CLOEXEC) != 0));
        }
        return table.build();
    }

    @Override
    public void plan(ObjectId id, DescriptorTable state, PlanContext plan) {
        int next = 0;
        for (DescriptorTable.Descriptor each : state.getDescriptorsList()) {
            Steps steps = plan.install(id.number(), "pid " + id.number() + ", fd " + each.getNumber());
            closeGap(steps, next, each.getNumber() - 1, plan);
            install(steps, each, source(new ObjectId(each.getFileId()), each.getNumber(), plan));
            next = each.getNumber() + 1;
        }
        closeGap(plan.install(id.number(), "pid " + id.number() + ", descriptors"), next, plan.nurseryBase() - 1, plan);
    }

    private static void install(Steps steps, DescriptorTable.Descriptor each, Operand.Immediate source) {
        Operand number = Operand.of(each.getNumber());
        if (source.value() != each.getNumber()) {
            steps.call(
                    SystemCall.DUP3,
                    source,
                    number,
                    each.getCloseOnExec() ? Operand.named(OpenFlags.CLOEXEC, "O_CLOEXEC") : Operand.of(0));
        } else if (!each.getCloseOnExec()) { // as everything in the nursery does
            steps.call(SystemCall.FCNTL, number, Operand.named(Fcntl.SETFD, "F_SETFD"), Operand.of(0));
        }
    }

    private static Operand.Immediate source(ObjectId file, int number, PlanContext plan) {
        return (Operand.Immediate) plan.descriptor(plan.isMade(file.at(number)) ? file.at(number) : file);
    }

    /** Files of the nursery that lie there are still needed for mappings. */
    private static void closeGap(Steps steps, int first, int last, PlanContext plan) {
        int from = first;
        for (int number = first; number <= last + 1; number++) {
            if (number > last || plan.isNursery(number)) {
                close(steps, from, number - 1);
                from = number + 1;
            }
        }
    }

    private static void close(Steps steps, int first, int last) {
        if (first <= last) {
            steps.call(SystemCall.CLOSE_RANGE, Operand.of(first), Operand.of(last), Operand.of(0));
        }
    }
}
