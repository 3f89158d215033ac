package io.ckpt.freeze;

import io.ckpt.jna.LibCkpt;
import java.util.List;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * A set of semaphores that the kernel of this node has.
 *
 * @param lastUse in seconds since the epoch
 */
record NodeSemaphores(Entry entry, int count, long lastUse) implements SemaphoreSet {
    /** A set that goes meanwhile has no users. */
    @Override
    public Set<Integer> users() {
        return IpcObjects.living(each(number -> LibCkpt.semaphoreUser(entry.id(), number)).stream());
    }

    @Override
    public boolean wasThere(int pid) {
        return IpcObjects.hadBegun(pid, lastUse);
    }

    @Override
    public List<Integer> values() {
        return each(number -> KernelAnswer.require(
                LibCkpt.semaphoreValue(entry.id(), number), () -> name() + ", semaphore " + number + ": semctl"));
    }

    @Override
    public List<Integer> lastUsers() {
        return each(number -> KernelAnswer.require(
                LibCkpt.semaphoreUser(entry.id(), number), () -> name() + ", semaphore " + number + ": semctl"));
    }

    private List<Integer> each(IntUnaryOperator answer) {
        return IntStream.range(0, count).map(answer).boxed().toList();
    }
}
