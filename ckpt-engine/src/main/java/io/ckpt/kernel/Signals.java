package io.ckpt.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Signals by number, x86-64. A set of signals has bit n-1 for signal n. */
public final class Signals {
    public static final int HUP = 1;
    public static final int INT = 2;
    public static final int QUIT = 3;
    public static final int KILL = 9;
    public static final int USR1 = 10;
    public static final int USR2 = 12;
    public static final int ALRM = 14;
    public static final int TERM = 15;
    public static final int CHLD = 17;
    public static final int CONT = 18;
    public static final int STOP = 19;
    public static final int TSTP = 20;
    /** Highest number; the C library keeps 32 and 33 for itself. */
    public static final int LAST = 64;

    /** First real-time signal of the kernel. */
    public static final int FIRST_REALTIME = 32;

    private static final List<String> NAMES = List.of(
            "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
            "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF",
            "WINCH", "IO", "PWR", "SYS");

    private Signals() {}

    /** {@code SIGTERM}, {@code SIGRT_2} (the kernel's own counting, from 32). */
    public static String name(int signal) {
        if (signal >= 1 && signal <= NAMES.size()) {
            return "SIG" + NAMES.get(signal - 1);
        }
        return signal >= FIRST_REALTIME && signal <= LAST ? "SIGRT_" + (signal - FIRST_REALTIME) : "signal " + signal;
    }

    public static boolean contains(long set, int signal) {
        return (set >>> signal - 1 & 1) != 0;
    }

    public static long set(int... signals) {
        return IntStream.of(signals).mapToLong(signal -> 1L << signal - 1).reduce(0, (a, b) -> a | b);
    }

    /** {@code [INT TERM]}. */
    public static String setText(long set) {
        List<String> names = new ArrayList<>();
        for (int signal = 1; signal <= LAST; signal++) {
            if (contains(set, signal)) {
                names.add(name(signal).replaceFirst("^SIG", ""));
            }
        }
        return "[" + String.join(" ", names) + "]";
    }
}
