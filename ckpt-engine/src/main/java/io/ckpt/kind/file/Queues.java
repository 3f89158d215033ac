package io.ckpt.kind.file;

import com.google.protobuf.ByteString;
import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.Opening;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.FileCalls;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;
import java.util.List;

/** What waits in a pipe: bytes, put back with one write(2), or packets. It was there before, so there is room for it. */
record Queues(ByteString bytes, List<Integer> packets) {
    static Queues of(PipeSides sides, List<Opening> openings) {
        List<byte[]> pieces = sides.reader().map(StolenFile::peekPipe).orElse(List.of());
        boolean packets = openings.stream().anyMatch(opening -> (opening.getFlags() & OpenFlags.DIRECT) != 0);
        return new Queues(
                ByteString.copyFrom(pieces.stream().map(ByteString::copyFrom).toList()),
                packets || pieces.size() > 1
                        ? pieces.stream().map(piece -> piece.length).toList()
                        : List.of());
    }

    /** Leaves the flags of {@code end} as they are. */
    void write(Steps steps, Operand end, int flags) {
        if (packets.isEmpty()) {
            write(steps, end, bytes);
            return;
        }
        FileCalls.setFlags(steps, end, flags, flags | OpenFlags.DIRECT);
        int at = 0;
        for (int length : packets) {
            write(steps, end, bytes.substring(at, at + length));
            at += length;
        }
        FileCalls.setFlags(steps, end, flags | OpenFlags.DIRECT, flags);
    }

    private static void write(Steps steps, Operand end, ByteString queued) {
        if (!queued.isEmpty()) {
            Operand bytes = Operand.bytes(queued.toByteArray());
            Operand length = Operand.of(queued.size());
            steps.expect(Word.Expect.exactly(queued.size()), SystemCall.WRITE, end, bytes, length);
        }
    }
}
