package io.ckpt.freeze;

/** What the kernel does with memory that a process maps from now on; see MCL_FUTURE of mlockall(2). No file of /proc tells. */
public enum FutureMemory {
    ORDINARY,
    /** Locked, with all of its pages at once. */
    LOCKED,
    /** Locked where it gets pages (MCL_ONFAULT). */
    LOCKED_ON_FAULT,
    /** The process may map no more, so that nobody can see. */
    UNKNOWN
}
