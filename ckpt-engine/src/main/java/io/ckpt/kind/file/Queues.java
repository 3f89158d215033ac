package io.ckpt.kind.file;

import com.google.protobuf.ByteString;
import io.ckpt.kernel.SystemCall;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;

/** What waits in a pipe, put back with one write(2): it was there before, so there is room for it. */
final class Queues {
    private Queues() {}

    static void write(Steps steps, Operand end, ByteString queued) {
        if (!queued.isEmpty()) {
            Operand bytes = Operand.bytes(queued.toByteArray());
            Operand length = Operand.of(queued.size());
            steps.expect(Word.Expect.exactly(queued.size()), SystemCall.WRITE, end, bytes, length);
        }
    }
}
