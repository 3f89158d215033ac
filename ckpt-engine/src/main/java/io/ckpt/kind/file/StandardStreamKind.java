package io.ckpt.kind.file;

import io.ckpt.freeze.FileStatus;
import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.StandardStream;
import io.ckpt.kernel.Fcntl;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Standard input, output or error of the job's first process where it leads out of the job: a terminal, or a pipe or
 * socket to somebody else. The restart puts the stream of its own place there.
 */
public final class StandardStreamKind implements ObjectKind<StolenFile, StandardStream> {
    private static final int LAST = 2;
    private static final int SOL_SOCKET = 1;
    private static final int SO_DOMAIN = 39;
    private static final int AF_UNIX = 1;

    @Override
    public String name() {
        return "standard-stream";
    }

    @Override
    public StandardStream emptyState() {
        return StandardStream.getDefaultInstance();
    }

    @Override
    public boolean accepts(StolenFile file, CaptureContext context) {
        return file.number() >= 0 && file.number() <= LAST && isFirstProcess(file, context) && leadsOut(file, context);
    }

    @Override
    public StandardStream capture(StolenFile file, CaptureContext context) {
        return StandardStream.newBuilder()
                .setNumber(file.number())
                .setTerminal(Terminals.is(file.status()))
                .build();
    }

    @Override
    public void plan(ObjectId id, StandardStream state, PlanContext plan) {
        Steps create = plan.create(plan.origin(id, name()));
        take(create, id, state.getNumber(), plan);
        if (state.getTerminal()) {
            plan.places(id).stream()
                    .map(PlanContext.Place::number)
                    .filter(number -> number <= LAST && number != state.getNumber())
                    .distinct()
                    .forEach(number -> take(create, id.at(number), number, plan));
        }
    }

    private static void take(Steps create, ObjectId id, int number, PlanContext plan) {
        Slot own = create.call(
                id.value(),
                SystemCall.FCNTL,
                Operand.of(number),
                Operand.named(Fcntl.DUPFD_CLOEXEC, "F_DUPFD_CLOEXEC"),
                Operand.of(LAST + 1));
        plan.adopt(create, id, own);
    }

    private static boolean isFirstProcess(StolenFile file, CaptureContext context) {
        return file.process().pid() == context.job().processes().get(0).pid();
    }

    private static boolean leadsOut(StolenFile file, CaptureContext context) {
        FileStatus status = file.status();
        if (status.isPipe()) {
            return new PipeSides(context.descriptionsOf(file)).leadsOut();
        }
        return status.isSocket() ? isPeerOutside(file, context) : Terminals.is(status);
    }

    private static boolean isPeerOutside(StolenFile file, CaptureContext context) {
        byte[] domain = file.socketOption(SOL_SOCKET, SO_DOMAIN, Integer.BYTES);
        if (ByteBuffer.wrap(domain).order(ByteOrder.nativeOrder()).getInt() != AF_UNIX) {
            return true;
        }
        long peer = file.socket().peerInode();
        return peer != 0
                && context.files().stream()
                        .map(StolenFile::status)
                        .noneMatch(other -> other.isSocket() && other.inode() == peer);
    }
}
