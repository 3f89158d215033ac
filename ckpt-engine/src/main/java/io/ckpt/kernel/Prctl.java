package io.ckpt.kernel;

/** Options of prctl(2) and arch_prctl(2). */
public final class Prctl {
    public static final int SET_PDEATHSIG = 1;
    public static final int GET_PDEATHSIG = 2;
    public static final int GET_DUMPABLE = 3;
    public static final int SET_DUMPABLE = 4;
    public static final int GET_KEEPCAPS = 7;
    public static final int SET_KEEPCAPS = 8;
    public static final int GET_TIMING = 13;
    public static final int SET_NAME = 15;
    public static final int GET_NAME = 16;
    public static final int GET_SECCOMP = 21;
    public static final int SET_SECCOMP = 22;
    public static final int CAPBSET_READ = 23;
    public static final int CAPBSET_DROP = 24;
    public static final int GET_TSC = 25;
    public static final int SET_TSC = 26;
    public static final int GET_SECUREBITS = 27;
    public static final int SET_SECUREBITS = 28;
    public static final int SET_TIMERSLACK = 29;
    public static final int MCE_KILL = 33;
    /** With MCE_KILL. */
    public static final int MCE_KILL_SET = 1;

    public static final int SET_MM = 35;
    public static final int SET_CHILD_SUBREAPER = 36;
    public static final int GET_CHILD_SUBREAPER = 37;
    public static final int SET_NO_NEW_PRIVS = 38;
    public static final int GET_NO_NEW_PRIVS = 39;
    public static final int GET_TID_ADDRESS = 40;
    public static final int SET_THP_DISABLE = 41;
    public static final int GET_THP_DISABLE = 42;
    public static final int CAP_AMBIENT = 47;
    public static final int GET_SPECULATION_CTRL = 52;
    public static final int SET_SPECULATION_CTRL = 53;
    public static final int SET_IO_FLUSHER = 57;
    public static final int GET_IO_FLUSHER = 58;
    public static final int SET_SYSCALL_USER_DISPATCH = 59;
    public static final int SET_MDWE = 65;
    public static final int GET_MDWE = 66;
    public static final int SET_MEMORY_MERGE = 67;
    public static final int GET_MEMORY_MERGE = 68;
    /** Argument 1 on, 0 off, 2 get: timer_create(2) takes the id from its third argument. */
    public static final int TIMER_CREATE_RESTORE_IDS = 77;

    public static final int SET_VMA = 0x53564d41;
    /** With SET_VMA: names an anonymous mapping. */
    public static final int SET_VMA_ANON_NAME = 0;

    /** With SET_MM: the whole layout at once, see {@link MemoryMap}. */
    public static final int SET_MM_MAP = 14;

    /** With SET_MM: size of struct prctl_mm_map. */
    public static final int SET_MM_MAP_SIZE = 15;

    public static final int CAP_AMBIENT_IS_SET = 1;
    public static final int CAP_AMBIENT_RAISE = 2;
    public static final int CAP_AMBIENT_LOWER = 3;
    public static final int CAP_AMBIENT_CLEAR_ALL = 4;
    public static final int ARCH_SET_GS = 0x1001;
    public static final int ARCH_SET_FS = 0x1002;
    public static final int ARCH_GET_FS = 0x1003;
    public static final int ARCH_GET_GS = 0x1004;
    public static final int ARCH_GET_CPUID = 0x1011;
    public static final int ARCH_SET_CPUID = 0x1012;
    public static final int ARCH_GET_XCOMP_PERM = 0x1022;
    public static final int ARCH_REQ_XCOMP_PERM = 0x1023;
    public static final int ARCH_MAP_VDSO_64 = 0x2003;

    private Prctl() {}
}
