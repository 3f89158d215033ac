package io.ckpt.kind.file;

import io.ckpt.freeze.NodeNames;
import io.ckpt.freeze.Rights.Access;
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
import io.ckpt.kind.NodeExpectation;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import java.util.List;
import java.util.Optional;

/** A pipe with a name; see fifo(7). An end of the restart's own keeps the others from waiting while they are opened. */
public final class FifoKind
        implements ObjectKind<StolenFile, Fifo>, FileExpectation.Source<Fifo>, NodeExpectation<Fifo> {
    private static final int ONLY_OWNER = 0600;

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
        List<Opening> openings = Shared.openings(descriptions, context);
        Queues queued = Queues.of(sides, openings);
        boolean gone = Names.isGone(file);
        Names.opens(file, context, Access.READ | Access.WRITE);
        return Fifo.newBuilder()
                .setPath(gone ? Names.directory(file) : file.link())
                .setPassingName(gone ? Names.passing() : "")
                .addAllOpenings(openings)
                .setCapacity(file.control(Fcntl.GETPIPE_SZ, 0))
                .setQueued(queued.bytes())
                .addAllPackets(queued.packets())
                .build();
    }

    @Override
    public void plan(ObjectId id, Fifo state, PlanContext plan) {
        if (!state.getMadeBy().isEmpty()) {
            return;
        }
        Steps create = plan.create(plan.origin(id, name()));
        plan.asOwner(create, () -> {
            String path = make(create, state);
            Slot holder = FileCalls.open(create, "holder", path, OpenFlags.RDWR);
            Operand size = Operand.of(state.getCapacity());
            create.call(SystemCall.FCNTL, holder, Operand.named(Fcntl.SETPIPE_SZ, "F_SETPIPE_SZ"), size);
            new Queues(state.getQueued(), state.getPacketsList())
                    .write(create, holder, OpenFlags.RDWR | OpenFlags.NONBLOCK);
            for (Opening opening : state.getOpeningsList()) {
                open(create, path, opening, plan);
            }
            create.call(SystemCall.CLOSE, holder);
            if (isGone(state)) {
                FileCalls.unlink(create, path);
            }
        });
    }

    @Override
    public Optional<FileExpectation> expectation(Fifo state) {
        int type = isGone(state) ? FileMode.DIRECTORY : FileMode.PIPE;
        return state.getMadeBy().isEmpty()
                ? Optional.of(FileExpectation.ofType(state.getPath(), type))
                : Optional.empty();
    }

    @Override
    public Optional<String> obstacle(Fifo state, NodeNames node) {
        return Capacities.obstacle(state.getCapacity(), node);
    }

    private static boolean isGone(Fifo state) {
        return !state.getPassingName().isEmpty();
    }

    /** The path to open it by. */
    private static String make(Steps create, Fifo state) {
        if (!isGone(state)) {
            return state.getPath();
        }
        String path = state.getPath() + "/" + state.getPassingName();
        FileCalls.makeFifo(create, path, ONLY_OWNER);
        return path;
    }

    private static void open(Steps create, String path, Opening opening, PlanContext plan) {
        int flags = opening.getFlags() & ~OpenFlags.DIRECT;
        Slot opened = FileCalls.open(create, opening.getFileId(), path, flags);
        FileCalls.setFlags(create, opened, flags | OpenFlags.NONBLOCK, opening.getFlags());
        plan.adopt(create, new ObjectId(opening.getFileId()), opened);
    }

    private static void refuse(StolenFile file, PipeSides sides, CaptureContext context) {
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
