package io.ckpt.kind.thread;

import com.google.protobuf.ByteString;
import io.ckpt.freeze.FrozenThread;
import io.ckpt.freeze.Inquiry;
import io.ckpt.image.v1.ThreadTraits;
import io.ckpt.kernel.Prctl;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Steps;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Name, alternate stack, tid address, robust list, rseq area and timer slack of a thread. */
public final class ThreadTraitsKind implements ObjectKind<FrozenThread, ThreadTraits> {
    private static final int STACK_BYTES = 24;
    private static final int STACK_FLAGS = 8;
    private static final int SS_ONSTACK = 1;

    private static final Inquiry ALTERNATE_STACK =
            Inquiry.filling(STACK_BYTES, SystemCall.SIGALTSTACK, room -> new long[] {0, room});
    private static final Inquiry TID_ADDRESS =
            Inquiry.filling(Long.BYTES, SystemCall.PRCTL, room -> new long[] {Prctl.GET_TID_ADDRESS, room});
    private static final Inquiry TIMER_SLACK = Inquiry.of(SystemCall.PRCTL, Prctl.GET_TIMERSLACK);

    @Override
    public String name() {
        return "thread-traits";
    }

    @Override
    public ThreadTraits emptyState() {
        return ThreadTraits.getDefaultInstance();
    }

    @Override
    public boolean accepts(FrozenThread thread, CaptureContext context) {
        return true;
    }

    @Override
    public List<Inquiry> inquiries(FrozenThread thread) {
        return List.of(ALTERNATE_STACK, TID_ADDRESS, TIMER_SLACK);
    }

    @Override
    public ThreadTraits capture(FrozenThread thread, CaptureContext context) {
        FrozenThread.AddressAndLength robust = thread.robustList();
        FrozenThread.RseqArea rseq = thread.rseq();
        return ThreadTraits.newBuilder()
                .setName(thread.procStatus().name())
                .setAlternateStack(ByteString.copyFrom(alternateStack(thread)))
                .setTidAddress(thread.ask(TID_ADDRESS).longValue())
                .setRobustList(robust.address())
                .setRobustListLength(robust.length())
                .setRseq(rseq.address())
                .setRseqLength(rseq.length())
                .setRseqSignature(rseq.signature())
                .setTimerSlack(thread.ask(TIMER_SLACK).result())
                .build();
    }

    @Override
    public void plan(ObjectId id, ThreadTraits state, PlanContext plan) {
        Steps steps = plan.armThread(id.number(), "tid " + id.number() + ", traits");
        steps.call(SystemCall.PRCTL, Operand.named(Prctl.SET_NAME, "PR_SET_NAME"), Operand.text(state.getName()));
        steps.call(
                SystemCall.SIGALTSTACK,
                Operand.bytes(state.getAlternateStack().toByteArray()),
                Operand.named(0, "NULL"));
        steps.call(SystemCall.SET_TID_ADDRESS, Operand.hex(state.getTidAddress()));
        if (state.getTimerSlack() > 0) {
            steps.call(
                    SystemCall.PRCTL,
                    Operand.named(Prctl.SET_TIMERSLACK, "PR_SET_TIMERSLACK"),
                    Operand.of(state.getTimerSlack()));
        }
        if (state.getRobustList() != 0) {
            steps.call(
                    SystemCall.SET_ROBUST_LIST,
                    Operand.hex(state.getRobustList()),
                    Operand.of(state.getRobustListLength()));
        }
        if (state.getRseq() != 0) {
            steps.call(
                    SystemCall.RSEQ,
                    Operand.hex(state.getRseq()),
                    Operand.of(state.getRseqLength()),
                    Operand.of(0),
                    Operand.hex(Integer.toUnsignedLong(state.getRseqSignature())));
        }
    }

    /** What sigaltstack(2) tells; a thread that runs on the stack right now gets it back as merely registered. */
    private static byte[] alternateStack(FrozenThread thread) {
        byte[] bytes = thread.ask(ALTERNATE_STACK).bytes().clone();
        ByteBuffer stack = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        stack.putInt(STACK_FLAGS, stack.getInt(STACK_FLAGS) & ~SS_ONSTACK);
        return bytes;
    }
}
