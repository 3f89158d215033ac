package io.ckpt.freeze;

import static io.ckpt.freeze.GeneralRegisters.Name.RIP;

import java.util.List;

/** What ptrace(2) tells of a stopped thread, read in one go. Registers are those another task can go on with. */
record ThreadState(
        GeneralRegisters registers,
        byte[] extendedState,
        long signalMask,
        List<byte[]> pending,
        List<byte[]> sharedPending,
        FrozenThread.RseqArea rseq) {
    private static final int CODE_LENGTH = 32;

    /** On the tracer thread. */
    static ThreadState read(int pid, int tid) {
        return new ThreadState(
                registersForAnotherTask(pid, tid),
                Tracer.extendedState(tid),
                Tracer.signalMask(tid),
                Tracer.pendingSignals(tid, false),
                Tracer.pendingSignals(tid, true),
                Tracer.rseq(tid));
    }

    private static GeneralRegisters registersForAnotherTask(int pid, int tid) {
        GeneralRegisters registers = Tracer.generalRegisters(tid);
        if (!InterruptedCalls.awaitsRestart(registers)) {
            return registers;
        }
        byte[] code = new TaskMemory(pid).read(registers.get(RIP) - CODE_LENGTH, CODE_LENGTH);
        return InterruptedCalls.forAnotherTask(registers, Tracer.handlerDue(pid, tid), code);
    }
}
