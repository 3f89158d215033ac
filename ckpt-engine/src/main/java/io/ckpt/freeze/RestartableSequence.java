package io.ckpt.freeze;

import static io.ckpt.freeze.GeneralRegisters.Name.RIP;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A critical section of rseq(2): struct rseq_cs. A thread that was stopped within one must go on at its abort address,
 * as after any preemption; a system call made for it meanwhile would make the kernel forget that.
 */
record RestartableSequence(long start, long length, long abort) {
    /** Offset of the pointer to the section in struct rseq. */
    static final int POINTER_OFFSET = 8;

    static final int LENGTH = 32;

    static RestartableSequence parse(byte[] bytes) {
        ByteBuffer view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        return new RestartableSequence(view.getLong(8), view.getLong(16), view.getLong(24));
    }

    GeneralRegisters leave(GeneralRegisters registers) {
        boolean within = Long.compareUnsigned(registers.get(RIP) - start, length) < 0;
        return within ? registers.with(RIP, abort) : registers;
    }
}
