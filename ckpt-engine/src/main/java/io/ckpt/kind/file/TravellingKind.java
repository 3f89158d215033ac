package io.ckpt.kind.file;

import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.Unsupported;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.Description;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import java.util.Set;

/**
 * A file that only travels in the queue of a UNIX socket, and is of a sort that comes back through a number in a process:
 * refused. All other files that travel are of their own kinds.
 */
public final class TravellingKind implements ObjectKind<StolenFile, Unsupported> {
    private static final Set<String> NEED_NO_NUMBER =
            Set.of("anon_inode:[eventfd]", "anon_inode:[signalfd]", "anon_inode:[timerfd]");

    private final ProcessFileKind processFiles = new ProcessFileKind();

    @Override
    public String name() {
        return "travelling";
    }

    @Override
    public Unsupported emptyState() {
        return Unsupported.getDefaultInstance();
    }

    @Override
    public boolean accepts(StolenFile file, CaptureContext context) {
        return file.number() < 0 && (needsNumber(file, context) || isTied(file));
    }

    @Override
    public Unsupported capture(StolenFile file, CaptureContext context) {
        Description.refuse(
                file,
                context,
                isTied(file)
                        ? "it is locked or signals somebody, and waits in a socket of the process"
                        : "files of this kind cannot be checkpointed while they wait in a socket of the process",
                "let the receiver take it first");
        return emptyState();
    }

    @Override
    public void plan(ObjectId id, Unsupported state, PlanContext plan) {
        throw new IllegalStateException(id + ": what is refused is never stored");
    }

    private boolean needsNumber(StolenFile file, CaptureContext context) {
        boolean isAnonymous = file.link().startsWith("anon_inode:") && !NEED_NO_NUMBER.contains(file.link());
        return isAnonymous || Terminals.is(file.status()) || processFiles.accepts(file, context);
    }

    private static boolean isTied(StolenFile file) {
        return file.info().contains("\nlock:") || file.owner().id() != 0;
    }
}
