package io.ckpt.kind.file;

import io.ckpt.freeze.Rights.Access;
import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.Directory;
import io.ckpt.kernel.FileMode;
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

/** An open directory and the place in its list of names; one that is deleted is made again and removed. */
public final class DirectoryKind implements ObjectKind<StolenFile, Directory>, FileExpectation.Source<Directory> {
    private static final int ONLY_OWNER = 0700;

    @Override
    public String name() {
        return "directory";
    }

    @Override
    public Directory emptyState() {
        return Directory.getDefaultInstance();
    }

    @Override
    public boolean accepts(StolenFile file, CaptureContext context) {
        return file.status().isDirectory() && Names.isOrdinary(file);
    }

    @Override
    public Directory capture(StolenFile file, CaptureContext context) {
        Names.refuseProcess(file, context);
        refuseWatched(file, context);
        boolean gone = Names.isGone(file);
        if (!gone) {
            Names.refuseUnreachable(file, context);
        }
        Names.opens(file, context, Access.READ);
        Description description = Description.of(file);
        return Directory.newBuilder()
                .setPath(gone ? Names.directory(file) : file.link())
                .setPassingName(gone ? Names.passing() : "")
                .setFlags(description.flags())
                .setOffset(description.info().position())
                .build();
    }

    /** Nothing but this tells that a directory is watched. */
    private static void refuseWatched(StolenFile file, CaptureContext context) {
        if (file.owner().id() != 0) {
            Description.refuse(
                    file,
                    context,
                    "it signals process or group " + file.owner().id() + ", so it is watched (F_NOTIFY)",
                    "watch it with inotify(7)");
        }
    }

    @Override
    public void plan(ObjectId id, Directory state, PlanContext plan) {
        Steps create = plan.create(plan.origin(id, name()));
        plan.asOwner(create, () -> {
            boolean gone = !state.getPassingName().isEmpty();
            String path = gone ? state.getPath() + "/" + state.getPassingName() : state.getPath();
            if (gone) {
                FileCalls.makeDirectory(create, path, ONLY_OWNER);
            }
            Slot opened = FileCalls.open(create, id.value(), path, state.getFlags() | OpenFlags.DIRECTORY);
            if (gone) {
                FileCalls.removeDirectory(create, path);
            } else {
                FileCalls.seek(create, opened, state.getOffset());
            }
            FileCalls.setFlags(create, opened, state.getFlags() | OpenFlags.NONBLOCK, state.getFlags());
            plan.adopt(create, id, opened);
        });
    }

    @Override
    public Optional<FileExpectation> expectation(Directory state) {
        return Optional.of(FileExpectation.ofType(state.getPath(), FileMode.DIRECTORY));
    }
}
