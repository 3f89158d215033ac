package io.ckpt.kernel;

/** Offsets in struct prctl_mm_map of PR_SET_MM_MAP: eleven addresses, then the auxiliary vector and the descriptor of the program. */
public final class MemoryMap {
    public static final int START_CODE = 0;
    public static final int END_CODE = 8;
    public static final int START_DATA = 16;
    public static final int END_DATA = 24;
    public static final int START_BRK = 32;
    public static final int BRK = 40;
    public static final int START_STACK = 48;
    public static final int ARG_START = 56;
    public static final int ARG_END = 64;
    public static final int ENV_START = 72;
    public static final int ENV_END = 80;
    public static final int AUXV = 88;
    /** 32 bits; bytes of the vector. */
    public static final int AUXV_SIZE = 96;

    /** 32 bits; -1 leaves the program as it is. */
    public static final int EXE_FD = 100;

    public static final int BYTES = 104;

    private MemoryMap() {}
}
