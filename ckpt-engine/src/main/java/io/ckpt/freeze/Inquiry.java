package io.ckpt.freeze;

import java.util.function.LongFunction;

/**
 * A system call that a frozen thread makes for what it tells and that changes nothing: its result, and the bytes that it
 * writes into room lent to it. Asked of many threads at once it costs a tenth of what it costs alone, see {@link
 * FrozenJob#ask}; there, one that is the same object counts as the same.
 */
public final class Inquiry {
    private final int number;
    private final int room;
    private final LongFunction<long[]> arguments;

    private Inquiry(int number, int room, LongFunction<long[]> arguments) {
        this.number = number;
        this.room = room;
        this.arguments = arguments;
    }

    /** A call that writes nothing. */
    public static Inquiry of(int number, long... arguments) {
        long[] fixed = arguments.clone();
        return new Inquiry(number, 0, room -> fixed);
    }

    /**
     * A call that writes {@code bytes} at most.
     *
     * @param arguments by the address of the room
     */
    public static Inquiry filling(int bytes, int number, LongFunction<long[]> arguments) {
        return new Inquiry(number, bytes, arguments);
    }

    int number() {
        return number;
    }

    /** Bytes of room that it needs. */
    int room() {
        return room;
    }

    long[] arguments(long address) {
        return arguments.apply(address);
    }
}
