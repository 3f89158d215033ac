package io.ckpt.kernel;

import static io.ckpt.kernel.Flags.name;

import java.util.List;
import java.util.Map;

/** Flags of clone3(2). */
public final class CloneFlags {
    public static final int NEWTIME = 0x80;
    public static final int VM = 0x100;
    public static final int FS = 0x200;
    public static final int FILES = 0x400;
    public static final int SIGHAND = 0x800;
    public static final int PIDFD = 0x1000;
    public static final int PTRACE = 0x2000;
    public static final int VFORK = 0x4000;
    public static final int PARENT = 0x8000;
    public static final int THREAD = 0x10000;
    public static final int NEWNS = 0x20000;
    public static final int SYSVSEM = 0x40000;
    public static final int SETTLS = 0x80000;
    public static final int PARENT_SETTID = 0x100000;
    public static final int CHILD_CLEARTID = 0x200000;
    public static final int UNTRACED = 0x800000;
    public static final int CHILD_SETTID = 0x1000000;
    public static final int NEWCGROUP = 0x2000000;
    public static final int NEWUTS = 0x4000000;
    public static final int NEWIPC = 0x8000000;
    public static final int NEWUSER = 0x10000000;
    public static final int NEWPID = 0x20000000;
    public static final int NEWNET = 0x40000000;
    public static final int IO = 0x80000000;

    private static final List<Map.Entry<String, Long>> NAMES = List.of(
            name("CLONE_NEWTIME", NEWTIME),
            name("CLONE_VM", VM),
            name("CLONE_FS", FS),
            name("CLONE_FILES", FILES),
            name("CLONE_SIGHAND", SIGHAND),
            name("CLONE_PIDFD", PIDFD),
            name("CLONE_PTRACE", PTRACE),
            name("CLONE_VFORK", VFORK),
            name("CLONE_PARENT", PARENT),
            name("CLONE_THREAD", THREAD),
            name("CLONE_NEWNS", NEWNS),
            name("CLONE_SYSVSEM", SYSVSEM),
            name("CLONE_SETTLS", SETTLS),
            name("CLONE_PARENT_SETTID", PARENT_SETTID),
            name("CLONE_CHILD_CLEARTID", CHILD_CLEARTID),
            name("CLONE_UNTRACED", UNTRACED),
            name("CLONE_CHILD_SETTID", CHILD_SETTID),
            name("CLONE_NEWCGROUP", NEWCGROUP),
            name("CLONE_NEWUTS", NEWUTS),
            name("CLONE_NEWIPC", NEWIPC),
            name("CLONE_NEWUSER", NEWUSER),
            name("CLONE_NEWPID", NEWPID),
            name("CLONE_NEWNET", NEWNET),
            name("CLONE_IO", IO & 0xffffffffL));

    private CloneFlags() {}

    public static String text(int flags) {
        return Flags.text(Integer.toUnsignedLong(flags), NAMES);
    }
}
