package io.ckpt.plan;

/** The place that keeps the result of one word; later words of every program may use it. Compared by identity. */
public final class Slot implements Operand {
    private final String name;

    Slot(String name) {
        this.name = name;
    }

    /** How it prints: {@code $pipe.3.read}. */
    public String name() {
        return name;
    }
}
