package io.ckpt.kind.net;

import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.Unsupported;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.Description;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;

/** A UNIX socket whose other end a process outside the job holds: refused. */
public final class UnixOutsideKind implements ObjectKind<StolenFile, Unsupported> {
    @Override
    public String name() {
        return "unix-outside";
    }

    @Override
    public Unsupported emptyState() {
        return Unsupported.getDefaultInstance();
    }

    @Override
    public boolean accepts(StolenFile file, CaptureContext context) {
        return UnixRole.of(file, context) == UnixRole.OUTSIDE;
    }

    @Override
    public Unsupported capture(StolenFile file, CaptureContext context) {
        Description.refuse(
                file,
                context,
                "its other end is held by a process outside the job",
                "close it before the checkpoint, or checkpoint that process with it");
        return emptyState();
    }

    @Override
    public void plan(ObjectId id, Unsupported state, PlanContext plan) {
        throw new IllegalStateException(id + ": what is refused is never stored");
    }
}
