package io.ckpt.kind.file;

import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.PathOnly;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.Description;
import io.ckpt.kind.FileCalls;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Steps;
import io.ckpt.procfs.FdInfo;

/** A place in the file system, held by open(2) with O_PATH and not opened. */
public final class PathKind implements ObjectKind<StolenFile, PathOnly> {
    @Override
    public String name() {
        return "path";
    }

    @Override
    public PathOnly emptyState() {
        return PathOnly.getDefaultInstance();
    }

    @Override
    public boolean accepts(StolenFile file, CaptureContext context) {
        return file.link().startsWith("/") && (FdInfo.parse(file.info()).flags() & OpenFlags.PATH) != 0;
    }

    @Override
    public PathOnly capture(StolenFile file, CaptureContext context) {
        Names.refuseProcess(file, context);
        if (Names.isGone(file)) {
            Description.refuse(file, context, "its name is gone", "close it before the checkpoint");
        } else {
            Names.refuseUnreachable(file, context);
        }
        return PathOnly.newBuilder().setPath(file.link()).build();
    }

    @Override
    public void plan(ObjectId id, PathOnly state, PlanContext plan) {
        Steps create = plan.create(plan.origin(id, name()));
        plan.asOwner(create, () -> plan.adopt(create, id, FileCalls.hold(create, id.value(), state.getPath())));
    }
}
