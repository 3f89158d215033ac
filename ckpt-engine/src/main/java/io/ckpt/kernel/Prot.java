package io.ckpt.kernel;

import static io.ckpt.kernel.Flags.name;

import java.util.List;
import java.util.Map;

/** Protection of mmap(2) and mprotect(2). */
public final class Prot {
    public static final int NONE = 0x0;
    public static final int READ = 0x1;
    public static final int WRITE = 0x2;
    public static final int EXEC = 0x4;
    public static final int GROWSDOWN = 0x01000000;

    private static final List<Map.Entry<String, Long>> NAMES = List.of(
            name("PROT_READ", READ),
            name("PROT_WRITE", WRITE),
            name("PROT_EXEC", EXEC),
            name("PROT_GROWSDOWN", GROWSDOWN));

    private Prot() {}

    public static String text(int protection) {
        return protection == NONE ? "PROT_NONE" : Flags.text(Integer.toUnsignedLong(protection), NAMES);
    }
}
