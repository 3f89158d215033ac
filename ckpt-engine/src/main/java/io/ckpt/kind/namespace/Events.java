package io.ckpt.kind.namespace;

import io.ckpt.kernel.SystemCall;
import io.ckpt.plan.Data;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** By which one task of a restart awaits another, once; see eventfd(2). */
final class Events {
    private static final Operand LENGTH = Operand.of(Long.BYTES);
    private static final Word.Expect ALL = Word.Expect.exactly(Long.BYTES);

    private Events() {}

    static Slot make(Steps steps, String name) {
        return steps.call(name, SystemCall.EVENTFD2, Operand.of(0), Operand.of(0));
    }

    static void tell(Steps steps, Slot event) {
        byte[] one = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .putLong(1)
                .array();
        steps.expect(ALL, SystemCall.WRITE, event, Data.struct(one, "{1}").address(), LENGTH);
    }

    static void await(Steps steps, Slot event) {
        steps.expect(ALL, SystemCall.READ, event, Data.room(Long.BYTES).address(), LENGTH);
    }
}
