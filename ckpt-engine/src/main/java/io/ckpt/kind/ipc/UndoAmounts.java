package io.ckpt.kind.ipc;

import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.SemaphoreSet;
import io.ckpt.kernel.Errno;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * What a process gives back to the semaphores of a set when it ends (semadj of semop(2)). No call tells it, but the kernel
 * keeps it within -32768 and 32767: the process is made to ask for operations of which the last can never be done, so
 * that none is, and which fail as out of range (ERANGE) before they come to it exactly when the amount is large enough.
 */
final class UndoAmounts {
    private static final int MOST = SemaphoreOperations.MOST;
    private static final int AT_ONCE = 10;

    private final FrozenProcess process;
    private final SemaphoreSet set;
    private final CaptureContext context;

    UndoAmounts(FrozenProcess process, SemaphoreSet set, CaptureContext context) {
        this.process = process;
        this.set = set;
        this.context = context;
    }

    /** By the number of the semaphore, without those where it is 0. */
    SortedMap<Integer, Integer> ask(List<Integer> values) {
        SortedMap<Integer, Integer> amounts = new TreeMap<>();
        if (!answers(values.get(0))) {
            return amounts;
        }
        for (int first = 0; first < values.size(); first += AT_ONCE) {
            List<Integer> some = IntStream.range(first, Math.min(first + AT_ONCE, values.size()))
                    .boxed()
                    .toList();
            if (isAny(some, values)) {
                some.forEach(number -> amounts.put(number, amount(number, values.get(number))));
            }
        }
        amounts.values().removeIf(amount -> amount == 0);
        return amounts;
    }

    /** True when there is an amount for one of them: most processes owe nothing. */
    private boolean isAny(List<Integer> numbers, List<Integer> values) {
        SemaphoreOperations operations = new SemaphoreOperations();
        for (int number : numbers) {
            operations.plain(number, -values.get(number));
            operations.plain(number, MOST).undone(number, -MOST); // out of range above 0
            operations.undone(number, MOST).plain(number, -MOST);
            operations.undone(number, MOST).plain(number, -MOST);
            operations.undone(number, 1).plain(number, -1); // out of range below 0
        }
        return Errno.ERANGE.is(call(neverDone(operations, numbers.get(0))));
    }

    /** Who may not operate on the set will hardly have done so. */
    private boolean answers(int value) {
        long result = call(beyond(0, value, MOST));
        if (Errno.EACCES.is(result)) {
            context.warn("pid " + process.pid() + " may not operate on " + set.name()
                    + ": should it have done so with SEM_UNDO, that is not carried");
            return false;
        }
        if (!Errno.ERANGE.is(result) && !Errno.EAGAIN.is(result)) {
            context.refuse(
                    process.pid(),
                    set.name(),
                    "what it gives back at its end (SEM_UNDO) cannot be asked for: " + Errno.result(result),
                    "run the program without these semaphores");
            return false;
        }
        return true;
    }

    private int amount(int number, int value) {
        if (exceeds(number, value, MOST)) {
            return MOST + 1 - smallest(number, value, 1);
        }
        return exceeds(number, value, -MOST - 1) ? smallest(number, value, -1) - MOST - 2 : 0;
    }

    /** The smallest addition (or subtraction) that leads out of the range, known to exist. */
    private int smallest(int number, int value, int sign) {
        int low = 1;
        int high = MOST + 1;
        while (low < high) {
            int middle = (low + high) / 2;
            if (exceeds(number, value, sign * middle)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** True when the amount and {@code more} are out of range together. */
    private boolean exceeds(int number, int value, int more) {
        return Errno.ERANGE.is(call(beyond(number, value, more)));
    }

    private static SemaphoreOperations beyond(int number, int value, int more) {
        SemaphoreOperations operations = new SemaphoreOperations().plain(number, -value);
        int left = Math.abs(more);
        while (left > 0) {
            int piece = Math.min(left, MOST);
            if (more > 0) {
                operations.plain(number, piece).undone(number, -piece);
            } else {
                operations.undone(number, piece).plain(number, -piece);
            }
            left -= piece;
        }
        return neverDone(operations, number);
    }

    /** Never both, whatever the value is meanwhile. */
    private static SemaphoreOperations neverDone(SemaphoreOperations operations, int number) {
        return operations.plain(number, -MOST).plain(number, -MOST);
    }

    private long call(SemaphoreOperations operations) {
        byte[] bytes = operations.bytes();
        return process.withRoom(bytes.length, room -> {
            room.write(0, bytes);
            return process.call(SystemCall.SEMOP, set.entry().id(), room.address(), operations.count());
        });
    }
}
