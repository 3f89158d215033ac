package io.ckpt.kind.memory;

import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.EmbeddedFile;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.FileCalls;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import java.nio.charset.StandardCharsets;

/**
 * A program or library that goes with the job, for a node that has another one or none: it comes back as memory without a
 * path. It is planned only where it is needed, and before whatever maps it.
 */
public final class EmbeddedFileKind implements ObjectKind<StolenFile, EmbeddedFile> {
    /** A larger file is data rather than a program, and stays where it is. */
    public static final long MOST_BYTES = 256 << 20;

    private static final int LONGEST_NAME = 249; // see memfd_create(2)
    private static final int READABLE_AND_EXECUTABLE = 0555;

    @Override
    public String name() {
        return "embedded-file";
    }

    @Override
    public EmbeddedFile emptyState() {
        return EmbeddedFile.getDefaultInstance();
    }

    @Override
    public boolean accepts(StolenFile mapped, CaptureContext context) {
        return mapped.status().isRegular();
    }

    @Override
    public EmbeddedFile capture(StolenFile mapped, CaptureContext context) {
        return EmbeddedFile.newBuilder()
                .setPath(mapped.link())
                .setSize(mapped.status().size())
                .build();
    }

    @Override
    public void plan(ObjectId id, EmbeddedFile state, PlanContext plan) {
        String origin = "embedded file " + state.getPath();
        Steps create = plan.create(origin);
        plan.asOwner(create, () -> {
            Operand name = Operand.text(name(state.getPath()));
            Slot memory = create.call("embedded", SystemCall.MEMFD_CREATE, name, Operand.of(0));
            FileCalls.changeMode(create, memory, READABLE_AND_EXECUTABLE);
            FileCalls.truncate(create, memory, state.getSize());
            plan.adopt(create, id, memory);
        });
        plan.fillContent(id);
        FileCalls.closeForWriting(plan.filled(origin), plan.descriptor(id));
    }

    private static String name(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME ? "embedded" : name;
    }
}
