package io.ckpt.kernel;

import static io.ckpt.kernel.Flags.name;

import java.util.List;
import java.util.Map;

/** Flags of mmap(2), x86-64. */
public final class MmapFlags {
    public static final int SHARED = 0x1;
    public static final int PRIVATE = 0x2;
    /** A type of its own, of Linux 6.11. */
    public static final int DROPPABLE = 0x8;

    public static final int FIXED = 0x10;
    public static final int ANONYMOUS = 0x20;
    public static final int BIT32 = 0x40;
    public static final int GROWSDOWN = 0x100;
    public static final int DENYWRITE = 0x800;
    public static final int LOCKED = 0x2000;
    public static final int NORESERVE = 0x4000;
    public static final int POPULATE = 0x8000;
    public static final int NONBLOCK = 0x10000;
    public static final int STACK = 0x20000;
    public static final int HUGETLB = 0x40000;
    public static final int SYNC = 0x80000;
    public static final int FIXED_NOREPLACE = 0x100000;

    private static final List<Map.Entry<String, Long>> NAMES = List.of(
            name("MAP_SHARED", SHARED),
            name("MAP_PRIVATE", PRIVATE),
            name("MAP_DROPPABLE", DROPPABLE),
            name("MAP_FIXED", FIXED),
            name("MAP_ANONYMOUS", ANONYMOUS),
            name("MAP_32BIT", BIT32),
            name("MAP_GROWSDOWN", GROWSDOWN),
            name("MAP_DENYWRITE", DENYWRITE),
            name("MAP_LOCKED", LOCKED),
            name("MAP_NORESERVE", NORESERVE),
            name("MAP_POPULATE", POPULATE),
            name("MAP_NONBLOCK", NONBLOCK),
            name("MAP_STACK", STACK),
            name("MAP_HUGETLB", HUGETLB),
            name("MAP_SYNC", SYNC),
            name("MAP_FIXED_NOREPLACE", FIXED_NOREPLACE));

    private MmapFlags() {}

    public static String text(int flags) {
        return Flags.text(Integer.toUnsignedLong(flags), NAMES);
    }
}
