package io.ckpt.kind.ipc;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** A set of semaphores, and what one process gives back at its end, as semop(2) has them. */
final class FakeSemaphores {
    static final int OPERATION_BYTES = 6;

    private static final long ERANGE = -34;
    private static final long EAGAIN = -11;
    private static final int UNDO = 010000;
    private static final int MOST = 32767;

    private List<Integer> values;
    private List<Integer> amounts;
    private boolean operated;

    FakeSemaphores(List<Integer> values, List<Integer> amounts) {
        this.values = values;
        this.amounts = amounts;
    }

    List<Integer> values() {
        return values;
    }

    List<Integer> amounts() {
        return amounts;
    }

    /** True when operations were ever done. */
    boolean operated() {
        return operated;
    }

    /** All of them in turn, or none; 0 or -errno. */
    long operate(byte[] operations) {
        List<Integer> newValues = new ArrayList<>(values);
        List<Integer> newAmounts = new ArrayList<>(amounts);
        ByteBuffer buffer = ByteBuffer.wrap(operations).order(ByteOrder.nativeOrder());
        while (buffer.hasRemaining()) {
            int number = buffer.getShort();
            int change = buffer.getShort();
            boolean undone = (buffer.getShort() & UNDO) != 0;
            int value = newValues.get(number) + change;
            int amount = newAmounts.get(number) - (undone ? change : 0);
            if (value < 0) {
                return EAGAIN;
            }
            if (value > MOST || amount > MOST || amount < -MOST - 1) {
                return ERANGE;
            }
            newValues.set(number, value);
            newAmounts.set(number, amount);
        }
        values = newValues;
        amounts = newAmounts;
        operated = true;
        return 0;
    }
}
