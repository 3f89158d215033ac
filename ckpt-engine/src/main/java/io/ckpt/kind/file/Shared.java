package io.ckpt.kind.file;

import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.Opening;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.Description;
import io.ckpt.kind.FileCalls;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import java.util.List;

/** Objects that several descriptions open: the first description makes the object and opens it for all of them. */
final class Shared {
    private Shared() {}

    static boolean isMadeByAnother(StolenFile file, List<StolenFile> descriptions) {
        return descriptions.get(0).description() != file.description();
    }

    static String maker(List<StolenFile> descriptions, CaptureContext context) {
        return context.id(descriptions.get(0)).value();
    }

    static ObjectId content(StolenFile maker, CaptureContext context) {
        return ObjectId.content(context.id(maker).number());
    }

    static List<Opening> openings(List<StolenFile> descriptions, CaptureContext context) {
        return descriptions.stream().map(file -> opening(file, context)).toList();
    }

    static Opening opening(StolenFile file, CaptureContext context) {
        Description description = Description.of(file);
        return Opening.newBuilder()
                .setFileId(context.id(file).value())
                .setFlags(description.flags())
                .setOffset(description.info().position())
                .build();
    }

    /** Opens again what stands at a number of the nursery, as {@code opening} had it. */
    static void open(Steps create, Operand nursery, Opening opening, PlanContext plan) {
        Slot opened = FileCalls.reopen(create, opening.getFileId(), nursery, opening.getFlags() & ~OpenFlags.DIRECT);
        FileCalls.seek(create, opened, opening.getOffset());
        int openedWith = (opening.getFlags() & ~OpenFlags.DIRECT) | OpenFlags.NONBLOCK;
        FileCalls.setFlags(create, opened, openedWith, opening.getFlags());
        plan.adopt(create, new ObjectId(opening.getFileId()), opened);
    }

    /** Refuses a file whose content is reached under a name that nobody knows: a copy would not be the same file. */
    static void refuseOtherNames(StolenFile file, CaptureContext context) {
        if (file.status().links() > 0 && file.link().endsWith(" (deleted)")) {
            Description.refuse(
                    file,
                    context,
                    "it was deleted under this name and has another one",
                    "open it under its other name");
        }
    }
}
