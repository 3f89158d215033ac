package io.ckpt.kind.file;

import io.ckpt.freeze.Rights.Access;
import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.Device;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.Description;
import io.ckpt.kind.FileCalls;
import io.ckpt.kind.FileExpectation;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import java.util.Optional;
import java.util.Set;

/** A character device without a state of its own: null, zero, full, random, urandom. */
public final class DeviceKind implements ObjectKind<StolenFile, Device>, FileExpectation.Source<Device> {
    private static final Set<Long> STATELESS =
            Set.of(number(1, 3), number(1, 5), number(1, 7), number(1, 8), number(1, 9));

    @Override
    public String name() {
        return "device";
    }

    @Override
    public Device emptyState() {
        return Device.getDefaultInstance();
    }

    @Override
    public boolean accepts(StolenFile file, CaptureContext context) {
        return file.status().isCharacterDevice()
                && STATELESS.contains(file.status().rdevice())
                && Names.isOrdinary(file);
    }

    @Override
    public Device capture(StolenFile file, CaptureContext context) {
        Names.opens(file, context, Access.of(Description.of(file).flags()));
        return Device.newBuilder()
                .setPath(file.link())
                .setFlags(Description.of(file).flags())
                .setDeviceNumber(file.status().rdevice())
                .build();
    }

    @Override
    public void plan(ObjectId id, Device state, PlanContext plan) {
        Steps create = plan.create(plan.origin(id, name()));
        plan.asOwner(create, () -> {
            Slot opened = FileCalls.open(create, id.value(), state.getPath(), state.getFlags());
            FileCalls.setFlags(create, opened, state.getFlags() | OpenFlags.NONBLOCK, state.getFlags());
            plan.adopt(create, id, opened);
        });
    }

    @Override
    public Optional<FileExpectation> expectation(Device state) {
        return Optional.of(FileExpectation.ofDevice(state.getPath(), state.getDeviceNumber()));
    }

    /** st_rdev of a device with small numbers. */
    private static long number(long major, long minor) {
        return major << 8 | minor;
    }
}
