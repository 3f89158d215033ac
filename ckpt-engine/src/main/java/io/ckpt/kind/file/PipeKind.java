package io.ckpt.kind.file;

import io.ckpt.freeze.NodeNames;
import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.Opening;
import io.ckpt.image.v1.Pipe;
import io.ckpt.kernel.Fcntl;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.Description;
import io.ckpt.kind.FileCalls;
import io.ckpt.kind.NodeExpectation;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Data;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import java.util.List;
import java.util.Optional;

/** A pipe(7) with all its ends in the job. The first end makes both, fills the queue and opens further ends. */
public final class PipeKind implements ObjectKind<StolenFile, Pipe>, NodeExpectation<Pipe> {
    @Override
    public String name() {
        return "pipe";
    }

    @Override
    public Pipe emptyState() {
        return Pipe.getDefaultInstance();
    }

    @Override
    public boolean accepts(StolenFile file, CaptureContext context) {
        return file.status().isPipe() && file.link().startsWith("pipe:");
    }

    @Override
    public Pipe capture(StolenFile file, CaptureContext context) {
        List<StolenFile> descriptions = context.descriptionsOf(file);
        if (Shared.isMadeByAnother(file, descriptions)) {
            return Pipe.newBuilder()
                    .setMadeBy(Shared.maker(descriptions, context))
                    .build();
        }
        PipeSides sides = new PipeSides(descriptions);
        refuseOutside(file, sides, context);
        List<Opening> openings = Shared.openings(descriptions, context);
        Queues queued = Queues.of(sides, openings);
        return Pipe.newBuilder()
                .addAllOpenings(openings)
                .setCapacity(file.control(Fcntl.GETPIPE_SZ, 0))
                .setQueued(queued.bytes())
                .addAllPackets(queued.packets())
                .build();
    }

    @Override
    public void plan(ObjectId id, Pipe state, PlanContext plan) {
        if (!state.getMadeBy().isEmpty()) {
            return;
        }
        Steps create = plan.create(plan.origin(id, name()));
        Data ends = Data.room(8);
        plan.asOwner(create, () -> create.call(SystemCall.PIPE2, ends.address(), Operand.of(0)));
        Slot read = create.load("pipe.read", ends.at(0), 4);
        Slot write = create.load("pipe.write", ends.at(4), 4);
        fill(create, write, state);
        Operand reader = adopt(create, read, first(state, OpenFlags.RDONLY), plan)
                .orElseGet(() -> plan.adopt(create, ObjectId.content(id.number()), read));
        Optional<Opening> writer = first(state, OpenFlags.WRONLY);
        adopt(create, write, writer, plan);
        for (Opening opening : state.getOpeningsList()) {
            if (!plan.isMade(new ObjectId(opening.getFileId()))) {
                Shared.open(create, reader, opening, plan);
            }
        }
        if (writer.isEmpty()) {
            create.call(SystemCall.CLOSE, write);
        }
    }

    @Override
    public Optional<String> obstacle(Pipe state, NodeNames node) {
        return Capacities.obstacle(state.getCapacity(), node);
    }

    private static void fill(Steps create, Slot write, Pipe state) {
        Operand size = Operand.of(state.getCapacity());
        create.call(SystemCall.FCNTL, write, Operand.named(Fcntl.SETPIPE_SZ, "F_SETPIPE_SZ"), size);
        new Queues(state.getQueued(), state.getPacketsList()).write(create, write, OpenFlags.WRONLY);
    }

    private static Optional<Operand> adopt(Steps create, Slot end, Optional<Opening> opening, PlanContext plan) {
        return opening.map(as -> {
            FileCalls.setFlags(create, end, 0, as.getFlags());
            return plan.adopt(create, new ObjectId(as.getFileId()), end);
        });
    }

    private static Optional<Opening> first(Pipe state, int access) {
        return state.getOpeningsList().stream()
                .filter(opening -> (opening.getFlags() & OpenFlags.ACCESS_MODE) == access)
                .findFirst();
    }

    private static void refuseOutside(StolenFile file, PipeSides sides, CaptureContext context) {
        if (sides.leadsOut()) {
            String use = sides.isReadOutside() ? "read" : "written";
            Description.refuse(
                    file,
                    context,
                    "its other end is " + use + " by a process outside the job",
                    "checkpoint that process with it, or let the pipe be standard input or output of the job");
        }
    }
}
