package io.ckpt.freeze;

import io.ckpt.jna.LibCkpt;
import io.ckpt.kernel.Prctl;
import io.ckpt.kernel.SystemCall;
import io.ckpt.procfs.ProcStat;
import io.ckpt.procfs.ProcStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One thread held by ptrace(2). */
final class SeizedThread implements FrozenThread {
    /** PR_SPEC_PRCTL. */
    private static final int SPECULATION_FREE = 1;

    private final SeizedProcess process;
    private final int tid;
    private final boolean jobControlStopped;
    private final Map<Inquiry, Answer> answers = new HashMap<>();
    private ProcStatus status;
    private ProcStat stat;

    SeizedThread(SeizedProcess process, int tid, boolean jobControlStopped) {
        this.process = process;
        this.tid = tid;
        this.jobControlStopped = jobControlStopped;
    }

    @Override
    public int tid() {
        return tid;
    }

    @Override
    public int innerTid() {
        return procStatus().innerPid();
    }

    @Override
    public String text(String name) {
        return ProcFiles.text(process.pid() + "/task/" + tid + "/" + name);
    }

    @Override
    public synchronized ProcStatus procStatus() {
        if (status == null) {
            status = ProcStatus.parse(text("status"), process.job().depth());
        }
        return status;
    }

    @Override
    public synchronized ProcStat procStat() {
        if (stat == null) {
            stat = FrozenThread.super.procStat();
        }
        return stat;
    }

    @Override
    public byte[] generalRegisters() {
        return state().registers().bytes();
    }

    @Override
    public byte[] extendedState() {
        return state().extendedState().clone();
    }

    @Override
    public long signalMask() {
        return state().signalMask();
    }

    @Override
    public List<byte[]> pendingSignals() {
        return state().pending();
    }

    @Override
    public List<byte[]> sharedPendingSignals() {
        return state().sharedPending();
    }

    @Override
    public boolean stopPending() {
        return state().stopPending();
    }

    @Override
    public AddressAndLength robustList() {
        long[] values = new long[2];
        KernelAnswer.require(LibCkpt.getRobustList(tid, values), () -> "task " + tid + ": get_robust_list");
        return new AddressAndLength(values[0], values[1]);
    }

    @Override
    public RseqArea rseq() {
        return state().rseq();
    }

    @Override
    public int schedulingPolicy() {
        return KernelAnswer.require(LibCkpt.schedulingPolicy(tid), () -> "task " + tid + ": sched_getscheduler");
    }

    @Override
    public int ioPriority() {
        return KernelAnswer.require(LibCkpt.ioPriority(tid), () -> "task " + tid + ": ioprio_get");
    }

    @Override
    public long timerSlack() {
        return Long.parseLong(ProcFiles.text(tid + "/timerslack_ns").strip());
    }

    @Override
    public int speculation(int feature) {
        boolean isFree = (LibCkpt.speculation(feature) & SPECULATION_FREE) != 0;
        return isFree ? (int) call(SystemCall.PRCTL, Prctl.GET_SPECULATION_CTRL, feature, 0, 0, 0) : 0;
    }

    @Override
    public List<SeccompFilter> seccompFilters() {
        return process.job().tracer().call(() -> Tracer.seccompFilters(tid));
    }

    @Override
    public boolean jobControlStopped() {
        return jobControlStopped;
    }

    @Override
    public long call(int number, long... arguments) {
        return process.job().tracer().call(() -> Tracer.call(tid, process.instruction(), number, arguments));
    }

    @Override
    public <R> R withRoom(int bytes, RemoteRoom.Use<R> use) {
        return process.job().tracer().call(() -> {
            try (LentRoom room = LentRoom.in(this, process, bytes)) {
                return use.apply(room);
            }
        });
    }

    @Override
    public synchronized Answer ask(Inquiry inquiry) {
        Answer kept = answers.get(inquiry);
        return kept != null ? kept : FrozenThread.super.ask(inquiry);
    }

    /** What it has told when it was asked with others. */
    synchronized Optional<Answer> told(Inquiry inquiry) {
        return Optional.ofNullable(answers.get(inquiry));
    }

    synchronized void keep(Map<Inquiry, Answer> told) {
        answers.putAll(told);
    }

    long stackPointer() {
        return state().registers().get(GeneralRegisters.Name.RSP);
    }

    boolean hasOrdinaryMemory(long address, int length) {
        return process.isOrdinaryMemory(address, length);
    }

    /** Suspended or not: whoever suspended it may die. */
    boolean isUnderSeccomp() {
        return procStatus().seccomp() != 0;
    }

    SeizedProcess process() {
        return process;
    }

    CallInstruction instruction() {
        return process.instruction();
    }

    /** Of all threads of the job at once: each visit to the tracer thread costs more than the reading. */
    private ThreadState state() {
        return process.job().threadState(tid);
    }

    /** On the tracer thread. */
    ThreadState readState() {
        return ThreadState.read(process.pid(), tid);
    }
}
