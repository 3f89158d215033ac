package io.ckpt.kind.file;

import io.ckpt.freeze.Rights.Access;
import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.DeletedFile;
import io.ckpt.image.v1.Opening;
import io.ckpt.kernel.FileMode;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.FileCalls;
import io.ckpt.kind.FileExpectation;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import java.util.List;
import java.util.Optional;

/**
 * A regular file whose name is gone. Its content is kept in the image; it is made again in its former directory, under
 * a name that nobody can foresee and that is gone before anybody reads from it; one that never had a name is made without.
 */
public final class DeletedFileKind implements ObjectKind<StolenFile, DeletedFile>, FileExpectation.Source<DeletedFile> {
    private static final int ONLY_OWNER = 0600;
    private static final String SECRET = "/secretmem (deleted)";
    private static final String MEMORY = "/memfd:";

    @Override
    public String name() {
        return "deleted";
    }

    @Override
    public DeletedFile emptyState() {
        return DeletedFile.getDefaultInstance();
    }

    @Override
    public boolean accepts(StolenFile file, CaptureContext context) {
        return file.status().isRegular()
                && Names.isOrdinary(file)
                && Names.isGone(file)
                && !file.link().equals(SECRET)
                && !file.link().startsWith(MEMORY);
    }

    @Override
    public DeletedFile capture(StolenFile file, CaptureContext context) {
        List<StolenFile> descriptions = context.descriptionsOf(file);
        if (Shared.isMadeByAnother(file, descriptions)) {
            return DeletedFile.newBuilder()
                    .setMadeBy(Shared.maker(descriptions, context))
                    .build();
        }
        Shared.refuseOtherNames(file, context);
        Names.opens(file, context, Access.READ);
        ObjectId content = Shared.content(file, context);
        context.keepContent(content, file, file.status().size());
        return DeletedFile.newBuilder()
                .setContentId(content.value())
                .setDirectory(Names.directory(file))
                .setPassingName(Names.passing())
                .setUnnamed(Names.formerPath(file).endsWith("/#" + file.status().inode()))
                .setMode(file.status().mode() & FileMode.PERMISSIONS)
                .setSize(file.status().size())
                .addAllOpenings(Shared.openings(descriptions, context))
                .build();
    }

    @Override
    public void plan(ObjectId id, DeletedFile state, PlanContext plan) {
        if (!state.getMadeBy().isEmpty()) {
            return;
        }
        Steps create = plan.create(plan.origin(id, name()));
        ObjectId content = new ObjectId(state.getContentId());
        plan.asOwner(create, () -> {
            Slot made = makeNameless(create, state);
            FileCalls.truncate(create, made, state.getSize());
            Operand whole = plan.adopt(create, content, made);
            for (Opening opening : state.getOpeningsList()) {
                Shared.open(create, whole, opening, plan);
            }
            FileCalls.changeMode(create, whole, state.getMode());
        });
        plan.fillContent(content);
    }

    @Override
    public Optional<FileExpectation> expectation(DeletedFile state) {
        return state.getMadeBy().isEmpty()
                ? Optional.of(FileExpectation.ofType(state.getDirectory(), FileMode.DIRECTORY))
                : Optional.empty();
    }

    private static Slot makeNameless(Steps create, DeletedFile state) {
        if (state.getUnnamed()) {
            return FileCalls.makeUnnamed(create, state.getContentId(), state.getDirectory(), ONLY_OWNER);
        }
        String path = state.getDirectory() + "/" + state.getPassingName();
        Slot made = FileCalls.make(create, state.getContentId(), path, ONLY_OWNER, OpenFlags.EXCL);
        FileCalls.unlink(create, path);
        return made;
    }
}
