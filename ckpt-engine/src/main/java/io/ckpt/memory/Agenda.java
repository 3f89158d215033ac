package io.ckpt.memory;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.OptionalInt;

/**
 * Which extents come next: those that somebody waits for, else the one behind the last of these, for memory is mostly used
 * in its order. Safe for threads.
 */
final class Agenda {
    private final BitSet waiting = new BitSet();
    private final BitSet left = new BitSet();
    private final Deque<Integer> wanted = new ArrayDeque<>();
    private int next;
    private boolean over;

    /** @param extents that are to come, by their numbers */
    Agenda(int extents) {
        waiting.set(0, extents);
        left.set(0, extents);
        over = extents == 0;
    }

    /** Somebody waits for a page of an extent. */
    synchronized void want(int extent) {
        if (waiting.get(extent) && !wanted.contains(extent)) {
            wanted.add(extent);
            notifyAll();
        }
    }

    /**
     * Takes the next, and waits until there is one.
     *
     * @param onlyWanted leaves alone what nobody waits for
     * @return empty when all is over
     */
    synchronized OptionalInt take(boolean onlyWanted) throws InterruptedException {
        while (!over) {
            OptionalInt extent = onlyWanted ? nextWanted() : nextOfAny();
            if (extent.isPresent()) {
                waiting.clear(extent.getAsInt());
                return extent;
            }
            wait();
        }
        return OptionalInt.empty();
    }

    private OptionalInt nextWanted() {
        Integer first = wanted.poll();
        while (first != null && !waiting.get(first)) {
            first = wanted.poll();
        }
        if (first == null) {
            return OptionalInt.empty();
        }
        next = first + 1;
        return OptionalInt.of(first);
    }

    private OptionalInt nextOfAny() {
        OptionalInt first = nextWanted();
        if (first.isPresent() || waiting.isEmpty()) {
            return first;
        }
        int extent = waiting.nextSetBit(next);
        next = (extent < 0 ? waiting.nextSetBit(0) : extent) + 1;
        return OptionalInt.of(next - 1);
    }

    synchronized boolean isDone(int extent) {
        return !left.get(extent);
    }

    /** An extent is where it belongs, or belongs nowhere any more. */
    synchronized void done(int extent) {
        waiting.clear(extent);
        left.clear(extent);
        if (left.isEmpty()) {
            end();
        }
    }

    synchronized boolean isOver() {
        return over;
    }

    synchronized void end() {
        over = true;
        notifyAll();
    }
}
