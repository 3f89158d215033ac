package io.ckpt.kind.file;

import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.MemoryFile;
import io.ckpt.image.v1.Opening;
import io.ckpt.kernel.Fcntl;
import io.ckpt.kernel.FileMode;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.FileCalls;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import java.util.List;

/** A file of memfd_create(2). Its content is kept in the image and its seals are set when that is back. */
public final class MemoryFileKind implements ObjectKind<StolenFile, MemoryFile> {
    private static final String PREFIX = "/memfd:";
    /** HUGETLBFS_MAGIC. */
    private static final long HUGE_PAGES = 0x958458f6L;

    private static final int DEFAULT_MODE = 0777;
    private static final Operand ALLOW_SEALING = Operand.named(2, "MFD_ALLOW_SEALING");

    @Override
    public String name() {
        return "memfd";
    }

    @Override
    public MemoryFile emptyState() {
        return MemoryFile.getDefaultInstance();
    }

    @Override
    public boolean accepts(StolenFile file, CaptureContext context) {
        return file.status().isRegular()
                && file.status().links() == 0
                && file.link().startsWith(PREFIX)
                && file.fileSystem() != HUGE_PAGES
                && Names.isOrdinary(file);
    }

    @Override
    public MemoryFile capture(StolenFile file, CaptureContext context) {
        List<StolenFile> descriptions = context.descriptionsOf(file);
        if (Shared.isMadeByAnother(file, descriptions)) {
            return MemoryFile.newBuilder()
                    .setMadeBy(Shared.maker(descriptions, context))
                    .build();
        }
        ObjectId content = Shared.content(file, context);
        context.keepContent(content, file, file.status().size());
        return MemoryFile.newBuilder()
                .setContentId(content.value())
                .setName(Names.formerPath(file).substring(PREFIX.length()))
                .setMode(file.status().mode() & FileMode.PERMISSIONS)
                .setSize(file.status().size())
                .setSeals(file.control(Fcntl.GET_SEALS, 0))
                .addAllOpenings(Shared.openings(descriptions, context))
                .build();
    }

    @Override
    public void plan(ObjectId id, MemoryFile state, PlanContext plan) {
        if (!state.getMadeBy().isEmpty()) {
            return;
        }
        Steps create = plan.create(plan.origin(id, name()));
        ObjectId content = new ObjectId(state.getContentId());
        plan.asOwner(create, () -> {
            Slot made =
                    create.call(content.value(), SystemCall.MEMFD_CREATE, Operand.text(state.getName()), ALLOW_SEALING);
            FileCalls.truncate(create, made, state.getSize());
            Operand whole = plan.adopt(create, content, made);
            for (Opening opening : state.getOpeningsList()) {
                Shared.open(create, whole, opening, plan);
            }
            if (state.getMode() != DEFAULT_MODE) {
                FileCalls.changeMode(create, whole, state.getMode());
            }
        });
        plan.fillContent(content);
        seal(plan.filled(plan.origin(id, name())), plan.descriptor(content), state.getSeals());
    }

    private static void seal(Steps filled, Operand whole, int seals) {
        if (seals != 0) {
            Operand set = Operand.named(seals, Seals.text(seals));
            filled.call(SystemCall.FCNTL, whole, Operand.named(Fcntl.ADD_SEALS, "F_ADD_SEALS"), set);
        }
    }
}
