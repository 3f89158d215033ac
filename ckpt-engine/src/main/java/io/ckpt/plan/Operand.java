package io.ckpt.plan;

/** A value that a word uses. */
public sealed interface Operand permits Operand.Immediate, Operand.Address, Slot {
    /** A value known when the plan is made; {@code text} is how it prints ({@code O_RDWR|O_CLOEXEC}). */
    record Immediate(long value, String text) implements Operand {}

    /** The address of bytes that travel with the plan. Shared by all programs: one use, one {@link Data}. */
    record Address(Data data, int offset) implements Operand {}

    static Operand of(long value) {
        return new Immediate(value, Long.toString(value));
    }

    static Operand hex(long value) {
        return new Immediate(value, "0x" + Long.toHexString(value));
    }

    static Operand named(long value, String text) {
        return new Immediate(value, text);
    }

    /** A NUL-terminated string. */
    static Operand text(String value) {
        return Data.text(value).address();
    }

    static Operand bytes(byte[] value) {
        return Data.bytes(value).address();
    }
}
