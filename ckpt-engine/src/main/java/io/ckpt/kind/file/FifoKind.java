package io.ckpt.kind.file;

import com.google.protobuf.ByteString;
import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.Fifo;
import io.ckpt.image.v1.Opening;
import io.ckpt.kernel.Fcntl;
import io.ckpt.kernel.FileMode;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.Description;
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

/** A pipe with a name; see fifo(7). An end of the restart's own keeps the others from waiting while they are opened. */
public final class FifoKind implements ObjectKind<StolenFile, Fifo>, FileExpectation.Source<Fifo> {
    @Override
    public String name() {
        return "fifo";
    }

    @Override
    public Fifo emptyState() {
        return Fifo.getDefaultInstance();
    }

    @Override
    public boolean accepts(StolenFile file, CaptureContext context) {
        return file.status().isPipe() && Names.isOrdinary(file);
    }

    @Override
    public Fifo capture(StolenFile file, CaptureContext context) {
        List<StolenFile> descriptions = context.descriptionsOf(file);
        if (Shared.isMadeByAnother(file, descriptions)) {
            return Fifo.newBuilder()
                    .setMadeBy(Shared.maker(descriptions, context))
                    .build();
        }
        PipeSides sides = new PipeSides(descriptions);
        refuse(file, sides, context);
        return Fifo.newBuilder()
                .setPath(file.link())
                .addAllOpenings(Shared.openings(descriptions, context))
                .setCapacity(file.control(Fcntl.GETPIPE_SZ, 0))
                .setQueued(ByteString.copyFrom(sides.queued()))
                .build();
    }

    @Override
    public void plan(ObjectId id, Fifo state, PlanContext plan) {
        if (!state.getMadeBy().isEmpty()) {
            return;
        }
        Steps create = plan.create(plan.origin(id, name()));
        plan.asOwner(create, () -> {
            Slot holder = FileCalls.open(create, "holder", state.getPath(), OpenFlags.RDWR);
            Operand size = Operand.of(state.getCapacity());
            create.call(SystemCall.FCNTL, holder, Operand.named(Fcntl.SETPIPE_SZ, "F_SETPIPE_SZ"), size);
            Queues.write(create, holder, state.getQueued());
            for (Opening opening : state.getOpeningsList()) {
                open(create, state.getPath(), opening, plan);
            }
            create.call(SystemCall.CLOSE, holder);
        });
    }

    @Override
    public Optional<FileExpectation> expectation(Fifo state) {
        return state.getMadeBy().isEmpty()
                ? Optional.of(FileExpectation.ofType(state.getPath(), FileMode.PIPE))
                : Optional.empty();
    }

    private static void open(Steps create, String path, Opening opening, PlanContext plan) {
        int flags = opening.getFlags() & ~OpenFlags.DIRECT;
        Slot opened = FileCalls.open(create, opening.getFileId(), path, flags);
        FileCalls.setFlags(create, opened, flags | OpenFlags.NONBLOCK, opening.getFlags());
        plan.adopt(create, new ObjectId(opening.getFileId()), opened);
    }

    private static void refuse(StolenFile file, PipeSides sides, CaptureContext context) {
        if (Names.isGone(file)) {
            Description.refuse(file, context, "the FIFO was deleted", "keep the FIFOs that the job uses");
        }
        if (sides.isReadOutside()) {
            Description.refuse(
                    file,
                    context,
                    "it is read by a process outside the job",
                    "checkpoint that process with it, or write to a file");
        }
        if (sides.isWrittenOutside()) {
            context.warn(file.link() + ": whoever writes to this FIFO from outside the job has to open it again");
        }
    }
}
