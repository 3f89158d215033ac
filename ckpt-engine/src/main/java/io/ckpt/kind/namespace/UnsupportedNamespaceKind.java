package io.ckpt.kind.namespace;

import io.ckpt.image.v1.Unsupported;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.OwnNamespace;
import io.ckpt.kind.PlanContext;

/** Every namespace that no other kind accepts. It refuses, and names the way out. */
public final class UnsupportedNamespaceKind implements ObjectKind<OwnNamespace, Unsupported> {
    @Override
    public String name() {
        return "unsupported-namespace";
    }

    @Override
    public Unsupported emptyState() {
        return Unsupported.getDefaultInstance();
    }

    @Override
    public boolean accepts(OwnNamespace namespace, CaptureContext context) {
        return true;
    }

    @Override
    public Unsupported capture(OwnNamespace namespace, CaptureContext context) {
        context.refuse(
                namespace.first().pid(),
                namespace.sort().file() + " namespace " + namespace.name(),
                "the job has it for itself, and it would be lost",
                "run the program without a namespace of this sort");
        return emptyState();
    }

    @Override
    public void plan(ObjectId id, Unsupported state, PlanContext plan) {
        throw new IllegalStateException(id + ": what is refused is never stored");
    }
}
