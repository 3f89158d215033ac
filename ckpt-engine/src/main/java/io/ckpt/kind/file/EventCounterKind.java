package io.ckpt.kind.file;

import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.EventCounter;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.Description;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Data;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;
import io.ckpt.procfs.FdInfo;

/** A counter of eventfd(2). */
public final class EventCounterKind implements ObjectKind<StolenFile, EventCounter> {
    private static final int SEMAPHORE = 1;
    private static final long INITIAL = 0xffffffffL;

    @Override
    public String name() {
        return "eventfd";
    }

    @Override
    public EventCounter emptyState() {
        return EventCounter.getDefaultInstance();
    }

    @Override
    public boolean accepts(StolenFile file, CaptureContext context) {
        return file.link().equals("anon_inode:[eventfd]");
    }

    @Override
    public EventCounter capture(StolenFile file, CaptureContext context) {
        Description description = Description.of(file);
        FdInfo.Eventfd counter = description.info().eventfd();
        return EventCounter.newBuilder()
                .setFlags(description.flags())
                .setCount(counter.count())
                .setSemaphore(counter.semaphore())
                .build();
    }

    @Override
    public void plan(ObjectId id, EventCounter state, PlanContext plan) {
        Steps create = plan.create(plan.origin(id, name()));
        long initial = state.getCount() & INITIAL;
        Slot made = create.call(id.value(), SystemCall.EVENTFD2, Operand.of(initial), flags(state));
        Operand file = plan.adopt(create, id, made);
        if (state.getCount() != initial) {
            add(plan.connect(plan.origin(id, name())), file, state.getCount() - initial);
        }
    }

    /** The call that makes a counter takes 32 bits; the rest is written to it. */
    private static void add(Steps connect, Operand file, long more) {
        Data value = Data.struct(Words.bytes(more), "{" + Long.toUnsignedString(more) + "}");
        connect.expect(Word.Expect.exactly(8), SystemCall.WRITE, file, value.address(), Operand.of(8));
    }

    private static Operand flags(EventCounter state) {
        int nonblock = state.getFlags() & OpenFlags.NONBLOCK;
        String blocking = nonblock == 0 ? "0" : "EFD_NONBLOCK";
        if (!state.getSemaphore()) {
            return Operand.named(nonblock, blocking);
        }
        String text = nonblock == 0 ? "EFD_SEMAPHORE" : "EFD_NONBLOCK|EFD_SEMAPHORE";
        return Operand.named(nonblock | SEMAPHORE, text);
    }
}
