package io.ckpt.plan;

import io.ckpt.kernel.KernelName;
import java.util.Arrays;

/** Bytes that travel with the plan: strings, structures, buffers to receive into. Compared by identity. */
public final class Data {
    private final byte[] bytes;
    private final String text;

    private Data(byte[] bytes, String text) {
        this.bytes = bytes;
        this.text = text;
    }

    public static Data text(String value) {
        byte[] raw = KernelName.encode(value);
        return new Data(Arrays.copyOf(raw, raw.length + 1), '"' + value + '"');
    }

    public static Data bytes(byte[] value) {
        return new Data(value.clone(), "{" + value.length + " bytes}");
    }

    /** Bytes of a structure; {@code text} is how it prints: {@code {events=EPOLLIN, u64=5}}. */
    public static Data struct(byte[] value, String text) {
        return new Data(value.clone(), text);
    }

    /** Zeroed room for a result. */
    public static Data room(int size) {
        return new Data(new byte[size], "[" + size + " bytes]");
    }

    public Operand.Address address() {
        return at(0);
    }

    public Operand.Address at(int offset) {
        return new Operand.Address(this, offset);
    }

    public int size() {
        return bytes.length;
    }

    public byte[] copy() {
        return bytes.clone();
    }

    public String text() {
        return text;
    }
}
