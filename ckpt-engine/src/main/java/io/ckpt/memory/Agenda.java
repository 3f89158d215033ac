package io.ckpt.memory;

import java.util.BitSet;
import java.util.OptionalInt;

/**
 * Which extents come next: the one that somebody waited for last, then those behind it, for memory is mostly used in its
 * order. Safe for threads.
 */
final class Agenda {
    private final BitSet waiting;
    private final BitSet left;
    private int next;
    private boolean over;

    /** @param extents that are to come, by their numbers */
    Agenda(BitSet extents) {
        waiting = (BitSet) extents.clone();
        left = (BitSet) extents.clone();
        over = extents.isEmpty();
    }

    /** Somebody has waited for a page of an extent. */
    synchronized void want(int extent) {
        next = extent;
    }

    /** Takes the next; empty when there is none any more. */
    synchronized OptionalInt take() {
        if (over || waiting.isEmpty()) {
            return OptionalInt.empty();
        }
        int behind = waiting.nextSetBit(next);
        int extent = behind < 0 ? waiting.nextSetBit(0) : behind;
        waiting.clear(extent);
        next = extent + 1;
        return OptionalInt.of(extent);
    }

    synchronized boolean isDone(int extent) {
        return !left.get(extent);
    }

    /** An extent is where it belongs, or belongs nowhere any more. */
    synchronized void done(int extent) {
        waiting.clear(extent);
        left.clear(extent);
        over |= left.isEmpty();
    }

    synchronized boolean isOver() {
        return over;
    }

    synchronized void end() {
        over = true;
    }
}
