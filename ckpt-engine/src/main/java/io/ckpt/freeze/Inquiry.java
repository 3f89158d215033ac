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
    private final boolean ofPlace;

    private Inquiry(int number, int room, LongFunction<long[]> arguments, boolean ofPlace) {
        this.number = number;
        this.room = room;
        this.arguments = arguments;
        this.ofPlace = ofPlace;
    }

    /** A call that writes nothing. */
    public static Inquiry of(int number, long... arguments) {
        long[] fixed = arguments.clone();
        return new Inquiry(number, 0, room -> fixed, false);
    }

    /**
     * A call that writes {@code bytes} at most.
     *
     * @param arguments by the address of the room
     */
    public static Inquiry filling(int bytes, int number, LongFunction<long[]> arguments) {
        return new Inquiry(number, bytes, arguments, false);
    }

    /**
     * A call about the mapping that is lent to a process for its list of calls; elsewhere it is not made.
     *
     * @param arguments by an address in that mapping
     */
    static Inquiry ofPlace(int number, LongFunction<long[]> arguments) {
        return new Inquiry(number, 0, arguments, true);
    }

    int number() {
        return number;
    }

    /** Bytes of room that it needs. */
    int room() {
        return room;
    }

    boolean isOfPlace() {
        return ofPlace;
    }

    long[] arguments(long address) {
        return arguments.apply(address);
    }
}
