package io.ckpt.procfs;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code /proc/PID/timers}: the POSIX timers of a process. Their times are not in it: timer_gettime(2) tells. */
public record ProcTimers(List<Timer> timers) {
    private static final String FILE = "/proc/PID/timers";
    private static final Pattern TIMER = Pattern.compile("ID: (\\d+)\\n"
            + "signal: (\\d+)/([0-9a-f]+)\\n"
            + "notify: (signal|none|thread)/(pid|tid)\\.(\\d+)\\n"
            + "ClockID: (-?\\d+)\\n");

    /** Kinds of sigev_notify. */
    public enum Notify {
        SIGNAL,
        NONE,
        THREAD
    }

    /**
     * One timer.
     *
     * @param value sigev_value
     * @param toThread true when one thread gets the signal (SIGEV_THREAD_ID)
     * @param target pid or tid of the receiver, in the reader's namespace
     * @param clock CLOCK_*, negative for the CPU clock of a process or thread
     */
    public record Timer(int id, int signal, long value, Notify notification, boolean toThread, int target, int clock) {}

    public static ProcTimers parse(String text) {
        Matcher match = TIMER.matcher(text);
        List<Timer> timers = new ArrayList<>();
        for (int at = 0; at < text.length(); at = match.end()) {
            if (!match.find(at) || match.start() != at) {
                throw KernelText.misread(FILE, text.substring(at));
            }
            timers.add(timer(match));
        }
        return new ProcTimers(List.copyOf(timers));
    }

    private static Timer timer(Matcher match) {
        return new Timer(
                KernelText.number(FILE, match.group(1)),
                KernelText.number(FILE, match.group(2)),
                KernelText.hex(FILE, match.group(3)),
                Notify.valueOf(match.group(4).toUpperCase(Locale.ROOT)),
                match.group(5).equals("tid"),
                KernelText.number(FILE, match.group(6)),
                KernelText.number(FILE, match.group(7)));
    }
}
