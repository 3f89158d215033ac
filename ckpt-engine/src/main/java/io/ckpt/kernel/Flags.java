package io.ckpt.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes a word of flags the way strace does: names joined by {@code |}, bits without a name in hexadecimal. */
final class Flags {
    private Flags() {}

    /**
     * Names that cover several bits come before those that cover a part of them.
     *
     * @param names in the order in which they are to be written
     */
    static String text(long value, List<Map.Entry<String, Long>> names) {
        List<String> parts = new ArrayList<>();
        long rest = value;
        for (Map.Entry<String, Long> name : names) {
            if ((rest & name.getValue()) == name.getValue()) {
                parts.add(name.getKey());
                rest &= ~name.getValue();
            }
        }
        if (rest != 0 || parts.isEmpty()) {
            parts.add(rest == 0 ? "0" : "0x" + Long.toHexString(rest));
        }
        return String.join("|", parts);
    }

    static Map.Entry<String, Long> name(String name, long value) {
        return Map.entry(name, value);
    }
}
