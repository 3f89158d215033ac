package io.ckpt.kind.ipc;

import io.ckpt.kernel.SystemCall;
import io.ckpt.plan.Data;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Steps;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Operations of one semop(2), done all together or not at all; none of them waits. */
final class SemaphoreOperations {
    /** SEMVMX, the highest value of a semaphore; more cannot be taken or given in one operation either. */
    static final int MOST = 32767;

    private static final int NOWAIT = 04000;
    private static final int UNDO = 010000;
    /** struct sembuf: sem_num, sem_op, sem_flg. */
    private static final int OPERATION_BYTES = 6;

    private record Operation(int number, int change, int flags) {
        @Override
        public String toString() {
            return "{" + number + ", " + (change > 0 ? "+" : "") + change + ((flags & UNDO) == 0 ? "" : ", SEM_UNDO")
                    + "}";
        }
    }

    private final List<Operation> operations = new ArrayList<>();

    /** Leaves a value as it is, and {@code amount} to be added when the process ends. */
    static SemaphoreOperations owing(int value, int number, int amount) {
        SemaphoreOperations operations = new SemaphoreOperations();
        int left = Math.abs(amount);
        int sign = Integer.signum(amount);
        while (left > 0) {
            int room = amount > 0 ? value : MOST - value;
            int piece = Math.min(left, Math.max(room, MOST - room));
            if (piece <= room) {
                operations.undone(number, -sign * piece).plain(number, sign * piece);
            } else {
                operations.plain(number, sign * piece).undone(number, -sign * piece);
            }
            left -= piece;
        }
        return operations;
    }

    /** Leaves everything as it is. */
    static SemaphoreOperations upAndDown(int value, int number) {
        int change = value < MOST ? 1 : -1;
        return new SemaphoreOperations().plain(number, change).plain(number, -change);
    }

    SemaphoreOperations plain(int number, int change) {
        if (change != 0) {
            operations.add(new Operation(number, change, NOWAIT));
        }
        return this;
    }

    SemaphoreOperations undone(int number, int change) {
        operations.add(new Operation(number, change, NOWAIT | UNDO));
        return this;
    }

    int count() {
        return operations.size();
    }

    byte[] bytes() {
        ByteBuffer bytes = ByteBuffer.allocate(count() * OPERATION_BYTES).order(ByteOrder.nativeOrder());
        operations.forEach(each -> bytes.putShort((short) each.number)
                .putShort((short) each.change)
                .putShort((short) each.flags));
        return bytes.array();
    }

    void append(Steps steps, int id) {
        steps.call(
                SystemCall.SEMOP,
                Operand.of(id),
                Data.struct(bytes(), operations.toString()).address(),
                Operand.of(count()));
    }
}
