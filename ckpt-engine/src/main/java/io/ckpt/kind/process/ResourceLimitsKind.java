package io.ckpt.kind.process;

import io.ckpt.freeze.FrozenProcess;
import io.ckpt.image.v1.ResourceLimits;
import io.ckpt.kernel.Resource;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Data;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Steps;
import io.ckpt.procfs.ProcLimits;
import io.ckpt.procfs.ProcStat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Limits of setrlimit(2); read from {@code /proc/PID/limits}, which asks for no capability. No call sets the CPU time that
 * a process has used: of the soft limit of it the job gets what was left.
 */
public final class ResourceLimitsKind implements ObjectKind<FrozenProcess, ResourceLimits> {
    private static final int TICKS_PER_SECOND = 100;

    @Override
    public String name() {
        return "resource-limits";
    }

    @Override
    public ResourceLimits emptyState() {
        return ResourceLimits.getDefaultInstance();
    }

    @Override
    public boolean accepts(FrozenProcess process, CaptureContext context) {
        return !process.isZombie();
    }

    @Override
    public ResourceLimits capture(FrozenProcess process, CaptureContext context) {
        ResourceLimits.Builder limits = ResourceLimits.newBuilder()
                .setCpuSeconds(ProcStat.parse(process.text("stat")).cpuTicks() / TICKS_PER_SECOND);
        for (ProcLimits.Limit limit : ProcLimits.parse(process.text("limits")).limits()) {
            limits.addLimits(ResourceLimits.Limit.newBuilder()
                    .setResource(limit.resource().number())
                    .setSoft(limit.soft())
                    .setHard(limit.hard()));
        }
        return limits.build();
    }

    @Override
    public void plan(ObjectId id, ResourceLimits state, PlanContext plan) {
        Steps steps = plan.arm(id.number(), "pid " + id.number() + ", resource limits");
        for (ResourceLimits.Limit limit : state.getLimitsList()) {
            ByteBuffer value = ByteBuffer.allocate(2 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            long soft = soft(limit, state.getCpuSeconds());
            value.putLong(soft).putLong(limit.getHard());
            steps.call(
                    SystemCall.PRLIMIT64,
                    Operand.of(0),
                    Operand.named(limit.getResource(), Resource.values()[limit.getResource()].symbol()),
                    Data.struct(value.array(), "{" + text(soft) + ", " + text(limit.getHard()) + "}")
                            .address(),
                    Operand.named(0, "NULL"));
        }
    }

    private static long soft(ResourceLimits.Limit limit, long cpuSeconds) {
        boolean ofTime = limit.getResource() == Resource.CPU.number() && limit.getSoft() != ProcLimits.UNLIMITED;
        return ofTime ? Math.max(1, limit.getSoft() - cpuSeconds) : limit.getSoft();
    }

    private static String text(long value) {
        return value == ProcLimits.UNLIMITED ? "RLIM_INFINITY" : Long.toUnsignedString(value);
    }
}
