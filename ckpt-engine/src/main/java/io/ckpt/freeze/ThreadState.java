package io.ckpt.freeze;

import io.ckpt.kernel.Signals;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.Stream;

/** What ptrace(2) tells of a stopped thread, read in one go. Registers are those another task can go on with. */
record ThreadState(
        GeneralRegisters registers,
        byte[] extendedState,
        long signalMask,
        List<byte[]> pending,
        List<byte[]> sharedPending,
        boolean stopPending,
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
                butStop(pending),
                butStop(sharedPending),
                Stream.of(pending, sharedPending).flatMap(List::stream).anyMatch(ThreadState::isStop),
                Tracer.rseq(tid));
    }

    private static List<byte[]> butStop(List<byte[]> pending) {
        return pending.stream().filter(info -> !isStop(info)).toList();
    }

    private static boolean isStop(byte[] info) {
        return ByteBuffer.wrap(info).order(ByteOrder.nativeOrder()).getInt(0) == Signals.STOP;
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
