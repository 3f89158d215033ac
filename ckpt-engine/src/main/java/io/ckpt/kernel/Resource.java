package io.ckpt.kernel;

/** Limits of getrlimit(2), in the order of their numbers, with their titles in {@code /proc/PID/limits}. */
public enum Resource {
    CPU("Max cpu time"),
    FSIZE("Max file size"),
    DATA("Max data size"),
    STACK("Max stack size"),
    CORE("Max core file size"),
    RSS("Max resident set"),
    NPROC("Max processes"),
    NOFILE("Max open files"),
    MEMLOCK("Max locked memory"),
    AS("Max address space"),
    LOCKS("Max file locks"),
    SIGPENDING("Max pending signals"),
    MSGQUEUE("Max msgqueue size"),
    NICE("Max nice priority"),
    RTPRIO("Max realtime priority"),
    RTTIME("Max realtime timeout");

    private final String title;

    Resource(String title) {
        this.title = title;
    }

    /** The number that setrlimit(2) takes. */
    public int number() {
        return ordinal();
    }

    public String title() {
        return title;
    }

    /** {@code RLIMIT_NOFILE}. */
    public String symbol() {
        return "RLIMIT_" + name();
    }
}
