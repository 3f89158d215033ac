package io.ckpt.place;

import java.util.EnumSet;
import java.util.Set;

/** Bits of {@code enum ckpt_place_flags}, from the lowest. */
public enum PlaceFlag {
    /** The job has a pid namespace of its own. */
    PRIVATE_PIDS,
    /** Better no start than an unprotected one. */
    REQUIRED,
    /** In a HELLO: the job runs already, and the value is the pid of its first process. */
    RUNNING;

    int bit() {
        return 1 << ordinal();
    }

    static int pack(Set<PlaceFlag> flags) {
        return flags.stream().mapToInt(PlaceFlag::bit).sum();
    }

    static Set<PlaceFlag> unpack(int bits) {
        Set<PlaceFlag> flags = EnumSet.noneOf(PlaceFlag.class);
        for (PlaceFlag flag : values()) {
            if ((bits & flag.bit()) != 0) {
                flags.add(flag);
            }
        }
        return flags;
    }
}
