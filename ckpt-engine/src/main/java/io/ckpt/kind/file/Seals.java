package io.ckpt.kind.file;

import java.util.ArrayList;
import java.util.List;

/** Seals of a memfd by name, in the order of their bits; see fcntl(2), F_ADD_SEALS. */
final class Seals {
    private static final List<String> NAMES = List.of(
            "F_SEAL_SEAL", "F_SEAL_SHRINK", "F_SEAL_GROW", "F_SEAL_WRITE", "F_SEAL_FUTURE_WRITE", "F_SEAL_EXEC");

    private Seals() {}

    static String text(int seals) {
        List<String> set = new ArrayList<>();
        for (int bit = 0; bit < Integer.SIZE; bit++) {
            if ((seals >>> bit & 1) != 0) {
                set.add(bit < NAMES.size() ? NAMES.get(bit) : "0x" + Integer.toHexString(1 << bit));
            }
        }
        return String.join("|", set);
    }
}
