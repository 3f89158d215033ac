package io.ckpt.kernel;

/** Policies of sched_setscheduler(2). */
public final class Scheduling {
    public static final int OTHER = 0;
    public static final int FIFO = 1;
    public static final int RR = 2;
    public static final int BATCH = 3;
    public static final int IDLE = 5;
    public static final int DEADLINE = 6;
    public static final int RESET_ON_FORK = 0x40000000;

    private Scheduling() {}
}
