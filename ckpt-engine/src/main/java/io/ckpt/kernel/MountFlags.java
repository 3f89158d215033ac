package io.ckpt.kernel;

import static io.ckpt.kernel.Flags.name;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Attributes of mount_setattr(2), sorts of propagation, and flags of the calls that make mounts. */
public final class MountFlags {
    public static final int RDONLY = 0x1;
    public static final int NOSUID = 0x2;
    public static final int NODEV = 0x4;
    public static final int NOEXEC = 0x8;
    public static final int NOATIME = 0x10;
    public static final int STRICTATIME = 0x20;
    public static final int ATIME = 0x70;
    public static final int NODIRATIME = 0x80;
    public static final int NOSYMFOLLOW = 0x200000;
    /** All that mountinfo shows. */
    public static final int SETTABLE = RDONLY | NOSUID | NODEV | NOEXEC | ATIME | NODIRATIME | NOSYMFOLLOW;

    public static final int UNBINDABLE = 1 << 17;
    public static final int PRIVATE = 1 << 18;
    public static final int SLAVE = 1 << 19;
    public static final int SHARED = 1 << 20;
    /** Of mount(2): all mounts below, too. */
    public static final int RECURSIVE = 1 << 14;

    /** Of umount2(2). */
    public static final int DETACH = 2;

    private static final List<Map.Entry<String, Long>> NAMES = List.of(
            name("MOUNT_ATTR_RDONLY", RDONLY),
            name("MOUNT_ATTR_NOSUID", NOSUID),
            name("MOUNT_ATTR_NODEV", NODEV),
            name("MOUNT_ATTR_NOEXEC", NOEXEC),
            name("MOUNT_ATTR_NOATIME", NOATIME),
            name("MOUNT_ATTR_STRICTATIME", STRICTATIME),
            name("MOUNT_ATTR_NODIRATIME", NODIRATIME),
            name("MOUNT_ATTR_NOSYMFOLLOW", NOSYMFOLLOW));

    private static final List<Map.Entry<String, Long>> PROPAGATION = List.of(
            name("MS_UNBINDABLE", UNBINDABLE),
            name("MS_PRIVATE", PRIVATE),
            name("MS_SLAVE", SLAVE),
            name("MS_SHARED", SHARED));

    private static final Map<String, Integer> OPTIONS = Map.of(
            "ro", RDONLY,
            "nosuid", NOSUID,
            "nodev", NODEV,
            "noexec", NOEXEC,
            "noatime", NOATIME,
            "nodiratime", NODIRATIME,
            "nosymfollow", NOSYMFOLLOW);

    private MountFlags() {}

    /** From the options of a mount as mountinfo has them, where neither relatime nor noatime means strictatime. */
    public static int attributes(Collection<String> options) {
        boolean strict = !options.contains("relatime") && !options.contains("noatime");
        return options.stream()
                        .mapToInt(option -> OPTIONS.getOrDefault(option, 0))
                        .sum()
                | (strict ? STRICTATIME : 0);
    }

    public static String text(int attributes) {
        return Flags.text(attributes, NAMES);
    }

    public static String propagation(int sort) {
        return Flags.text(sort, PROPAGATION);
    }
}
