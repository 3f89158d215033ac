package io.ckpt.freeze;

import java.util.List;

/** What ptrace(2) tells of a stopped thread, read in one go. Registers are those another task can go on with. */
record ThreadState(
        GeneralRegisters registers,
        byte[] extendedState,
        long signalMask,
        List<byte[]> pending,
        List<byte[]> sharedPending,
        FrozenThread.RseqArea rseq) {
    /** On the tracer thread. */
    static ThreadState read(int pid, int tid) {
        List<byte[]> pending = Tracer.pendingSignals(tid, false);
        List<byte[]> sharedPending = Tracer.pendingSignals(tid, true);
        boolean quiet = pending.isEmpty() && sharedPending.isEmpty();
        return new ThreadState(
                registersForAnotherTask(pid, tid, quiet),
                Tracer.extendedState(tid),
                Tracer.signalMask(tid),
                pending,
                sharedPending,
                Tracer.rseq(tid));
    }

    private static GeneralRegisters registersForAnotherTask(int pid, int tid, boolean quiet) {
        GeneralRegisters registers = Tracer.generalRegisters(tid);
        if (!InterruptedCalls.awaitsRestart(registers)) {
            return registers;
        }
        CallSite site = CallSite.read(new TaskMemory(tid), registers);
        return InterruptedCalls.forAnotherTask(registers, !quiet && Tracer.handlerDue(pid, tid), site);
    }
}
