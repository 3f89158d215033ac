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
import java.util.stream.IntStream;

/** Name, alternate stack, tid address, robust list, rseq area of a thread, and what prctl(2) has switched for it alone. */
public final class ThreadTraitsKind implements ObjectKind<FrozenThread, ThreadTraits> {
    private static final int STACK_BYTES = 24;
    private static final int STACK_FLAGS = 8;
    private static final int SS_ONSTACK = 1;

    private static final Inquiry ALTERNATE_STACK =
            Inquiry.filling(STACK_BYTES, SystemCall.SIGALTSTACK, room -> new long[] {0, room});
    private static final Inquiry TID_ADDRESS =
            Inquiry.filling(Long.BYTES, SystemCall.PRCTL, room -> new long[] {Prctl.GET_TID_ADDRESS, room});
    private static final Inquiry COUNTER =
            Inquiry.filling(Integer.BYTES, SystemCall.PRCTL, room -> new long[] {Prctl.GET_TSC, room});
    private static final Inquiry CPUID = Inquiry.of(SystemCall.ARCH_PRCTL, Prctl.ARCH_GET_CPUID);
    /** Store bypass, indirect branches, first-level cache. */
    private static final int SPECULATION_FEATURES = 3;

    /** PF_MCE_PROCESS and PF_MCE_EARLY, which PR_MCE_KILL sets. */
    private static final long OWN_MEMORY_ERROR_POLICY = 0x00000080;

    private static final long EARLY_MEMORY_ERRORS = 0x08000000;
    private static final int MEMORY_ERRORS_AS_NODE = 2;
    private static final int COUNTER_FAULTS = 2;
    private static final int SPECULATION_CHOSEN = 1;
    private static final int SPECULATION_ENABLED = 2;

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
        return List.of(ALTERNATE_STACK, TID_ADDRESS, COUNTER, CPUID);
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
                .setTimerSlack(thread.timerSlack())
                .setMemoryErrorPolicy(memoryErrorPolicy(thread))
                .setCounterFaults(thread.ask(COUNTER).intValue() == COUNTER_FAULTS)
                .setCpuidFaults(thread.ask(CPUID).result() == 0)
                .addAllSpeculation(speculation(thread))
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
        planSwitches(steps, state);
    }

    private static void planSwitches(Steps steps, ThreadTraits state) {
        if (state.getMemoryErrorPolicy() != MEMORY_ERRORS_AS_NODE) {
            prctl(
                    steps,
                    Operand.named(Prctl.MCE_KILL, "PR_MCE_KILL"),
                    Operand.named(Prctl.MCE_KILL_SET, "PR_MCE_KILL_SET"),
                    Operand.of(state.getMemoryErrorPolicy()));
        }
        for (ThreadTraits.Speculation chosen : state.getSpeculationList()) {
            prctl(
                    steps,
                    Operand.named(Prctl.SET_SPECULATION_CTRL, "PR_SET_SPECULATION_CTRL"),
                    Operand.of(chosen.getFeature()),
                    Operand.hex(chosen.getControl()));
        }
        if (state.getCounterFaults()) {
            prctl(
                    steps,
                    Operand.named(Prctl.SET_TSC, "PR_SET_TSC"),
                    Operand.named(COUNTER_FAULTS, "PR_TSC_SIGSEGV"),
                    Operand.of(0));
        }
        if (state.getCpuidFaults()) {
            steps.call(SystemCall.ARCH_PRCTL, Operand.named(Prctl.ARCH_SET_CPUID, "ARCH_SET_CPUID"), Operand.of(0));
        }
    }

    private static void prctl(Steps steps, Operand option, Operand second, Operand third) {
        steps.call(SystemCall.PRCTL, option, second, third, Operand.of(0), Operand.of(0));
    }

    /** As PR_MCE_KILL_GET tells it. */
    private static int memoryErrorPolicy(FrozenThread thread) {
        long flags = thread.procStat().flags();
        boolean early = (flags & EARLY_MEMORY_ERRORS) != 0;
        return (flags & OWN_MEMORY_ERROR_POLICY) == 0 ? MEMORY_ERRORS_AS_NODE : early ? 1 : 0;
    }

    private static List<ThreadTraits.Speculation> speculation(FrozenThread thread) {
        return IntStream.range(0, SPECULATION_FEATURES)
                .mapToObj(feature -> ThreadTraits.Speculation.newBuilder()
                        .setFeature(feature)
                        .setControl(Math.max(0, thread.speculation(feature)))
                        .build())
                .filter(each -> (each.getControl() & SPECULATION_CHOSEN) != 0)
                .filter(each -> (each.getControl() & SPECULATION_ENABLED) == 0)
                .map(each -> each.toBuilder()
                        .setControl(each.getControl() & ~SPECULATION_CHOSEN)
                        .build())
                .toList();
    }

    /** What sigaltstack(2) tells; a thread that runs on the stack right now gets it back as merely registered. */
    private static byte[] alternateStack(FrozenThread thread) {
        byte[] bytes = thread.ask(ALTERNATE_STACK).bytes().clone();
        ByteBuffer stack = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        stack.putInt(STACK_FLAGS, stack.getInt(STACK_FLAGS) & ~SS_ONSTACK);
        return bytes;
    }
}
