package io.ckpt.procfs;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code /proc/PID/fdinfo/N}, see proc_pid_fdinfo(5). What depends on the sort of file is kept as text and read when it
 * is asked for: whoever asks knows what the descriptor is.
 *
 * @param flags status and access flags of open(2), with O_CLOEXEC for this descriptor
 * @param mountId mount that the file was opened through
 * @param inode 0 on kernels that do not tell it (before 5.14)
 * @param details the lines after these
 */
public record FdInfo(long position, int flags, int mountId, long inode, List<String> details) {
    private static final String FILE = "/proc/PID/fdinfo/N";
    private static final Pattern HEAD = Pattern.compile(
            "pos:\\t(-?\\d+)\\nflags:\\t0([0-7]+)\\nmnt_id:\\t(-?\\d+)\\n(?:ino:\\t(\\d+)\\n)?(.*)", Pattern.DOTALL);
    private static final Pattern EPOLL = Pattern.compile("tfd: +(\\d+) events: +([0-9a-f]+) data: +([0-9a-f]+) .*");
    private static final Pattern INOTIFY =
            Pattern.compile("inotify wd:([0-9a-f]+) ino:([0-9a-f]+) sdev:([0-9a-f]+) mask:([0-9a-f]+) ignored_mask:0"
                    + "(?: fhandle-bytes:[0-9a-f]+ fhandle-type:([0-9a-f]+) f_handle:([0-9a-f]+))? *");
    private static final Pattern FANOTIFY = Pattern.compile("fanotify flags:([0-9a-f]+) event-flags:([0-9a-f]+)");
    private static final Pattern FANOTIFY_MARK =
            Pattern.compile("fanotify (?:mnt_id:([0-9a-f]+)|mnt_ns:\\d+|(?:ino:([0-9a-f]+) )?sdev:([0-9a-f]+))"
                    + " mflags:([0-9a-f]+) mask:([0-9a-f]+) ignored_mask:([0-9a-f]+)"
                    + "(?: fhandle-bytes:[0-9a-f]+ fhandle-type:([0-9a-f]+) f_handle:([0-9a-f]+))? *");
    private static final Pattern LOCK = Pattern.compile(
            "lock:\\t\\d+: (\\w+) +(\\w+) +(\\w+) +(-?\\d+) [0-9a-f]+:[0-9a-f]+:\\d+ (\\d+) (\\d+|EOF)");
    private static final Pattern TIMES = Pattern.compile("\\((\\d+), (\\d+)\\)");
    private static final long NANOS = 1_000_000_000L;

    /** Counter of an eventfd; id is shared by all descriptors of one eventfd, -1 on kernels that do not tell it. */
    public record Eventfd(long count, int id, boolean semaphore) {}

    /** One watched descriptor, as it was numbered when it was added. */
    public record EpollTarget(int descriptor, int events, long data) {}

    /**
     * A timerfd; times in nanoseconds, {@code value} from now to the next expiration, 0 when disarmed.
     *
     * @param ticks expirations not read yet
     * @param flags of the last timerfd_settime(2)
     */
    public record Timerfd(int clock, long ticks, int flags, long value, long interval) {}

    /**
     * One watch of an inotify instance.
     *
     * @param handle of the watched file, see open_by_handle_at(2); empty where its file system has none
     */
    public record InotifyWatch(int descriptor, long inode, int device, int mask, Optional<Handle> handle) {}

    /** A group of fanotify(7), with what fanotify_init(2) was given. */
    public record Fanotify(int flags, int eventFlags, List<FanotifyMark> marks) {}

    /**
     * One of its marks: of a mount, of a file when {@code inode} is not 0, of all of a file system when only {@code device}
     * is not, and else of a mount namespace.
     *
     * @param flags of fanotify_mark(2): those that say how long it stays and what is ignored
     * @param handle see {@link InotifyWatch}
     */
    public record FanotifyMark(
            int mount, long inode, int device, int flags, long mask, long ignored, Optional<Handle> handle) {}

    /** A file handle, in hexadecimal. */
    public record Handle(int type, String bytes) {}

    /**
     * A lock held through this description.
     *
     * @param type {@code POSIX}, {@code FLOCK}, {@code OFDLCK}, {@code LEASE}
     * @param mode {@code READ}, {@code WRITE}, {@code UNLCK}
     * @param pid holder, -1 for a lock of the description
     * @param last last byte, {@link Long#MAX_VALUE} for the end of the file
     */
    public record Lock(String type, String sort, String mode, int pid, long first, long last) {}

    public static FdInfo parse(String text) {
        Matcher head = HEAD.matcher(text);
        if (!head.matches()) {
            throw KernelText.misread(FILE, text);
        }
        return new FdInfo(
                KernelText.decimal(FILE, head.group(1)),
                KernelText.octal(FILE, head.group(2)),
                KernelText.number(FILE, head.group(3)),
                head.group(4) == null ? 0 : KernelText.unsigned(FILE, head.group(4)),
                KernelText.lines(head.group(5)));
    }

    public Eventfd eventfd() {
        return new Eventfd(
                KernelText.hex(FILE, value("eventfd-count")),
                optional("eventfd-id")
                        .map(text -> KernelText.number(FILE, text))
                        .orElse(-1),
                optional("eventfd-semaphore").orElse("0").equals("1"));
    }

    public List<EpollTarget> epollTargets() {
        return all("tfd:", EPOLL).stream()
                .map(match -> new EpollTarget(
                        KernelText.number(FILE, match.group(1)),
                        (int) KernelText.hex(FILE, match.group(2)),
                        KernelText.hex(FILE, match.group(3))))
                .toList();
    }

    /** Signals of a signalfd, bit n-1 for signal n. */
    public long signalMask() {
        return KernelText.hex(FILE, value("sigmask"));
    }

    public Timerfd timerfd() {
        return new Timerfd(
                KernelText.number(FILE, value("clockid")),
                KernelText.unsigned(FILE, value("ticks")),
                KernelText.octal(FILE, value("settime flags")),
                nanos(value("it_value")),
                nanos(value("it_interval")));
    }

    public List<InotifyWatch> inotifyWatches() {
        return all("inotify ", INOTIFY).stream()
                .map(match -> new InotifyWatch(
                        (int) KernelText.hex(FILE, match.group(1)),
                        KernelText.hex(FILE, match.group(2)),
                        (int) KernelText.hex(FILE, match.group(3)),
                        (int) KernelText.hex(FILE, match.group(4)),
                        handle(match.group(5), match.group(6))))
                .toList();
    }

    public Fanotify fanotify() {
        MatchResult group = all("fanotify flags:", FANOTIFY).stream()
                .findFirst()
                .orElseThrow(() -> KernelText.misread(FILE, "no line of fanotify in " + details));
        List<FanotifyMark> marks = details.stream()
                .filter(line -> line.startsWith("fanotify ") && !line.startsWith("fanotify flags:"))
                .map(line -> mark(matching(FANOTIFY_MARK, line)))
                .toList();
        return new Fanotify(
                (int) KernelText.hex(FILE, group.group(1)), (int) KernelText.hex(FILE, group.group(2)), marks);
    }

    private static FanotifyMark mark(MatchResult match) {
        return new FanotifyMark(
                (int) hexOrZero(match.group(1)),
                hexOrZero(match.group(2)),
                (int) hexOrZero(match.group(3)),
                (int) KernelText.hex(FILE, match.group(4)),
                KernelText.hex(FILE, match.group(5)),
                KernelText.hex(FILE, match.group(6)),
                handle(match.group(7), match.group(8)));
    }

    private static long hexOrZero(String digits) {
        return digits == null ? 0 : KernelText.hex(FILE, digits);
    }

    private static Optional<Handle> handle(String type, String bytes) {
        return Optional.ofNullable(bytes).map(found -> new Handle((int) KernelText.hex(FILE, type), found));
    }

    /** Process a pidfd stands for, in the reader's namespace: -1 when it has been reaped, 0 when it is not visible. */
    public int pid() {
        return KernelText.number(FILE, value("Pid"));
    }

    /** Number of the pseudo-terminal that a master leads to; empty for everything else. */
    public OptionalInt terminal() {
        return optional("tty-index").stream()
                .mapToInt(text -> KernelText.number(FILE, text))
                .findFirst();
    }

    public List<Lock> locks() {
        return all("lock:", LOCK).stream()
                .map(match -> new Lock(
                        match.group(1),
                        match.group(2),
                        match.group(3),
                        KernelText.number(FILE, match.group(4)),
                        KernelText.decimal(FILE, match.group(5)),
                        match.group(6).equals("EOF") ? Long.MAX_VALUE : KernelText.decimal(FILE, match.group(6))))
                .toList();
    }

    private String value(String key) {
        return optional(key).orElseThrow(() -> KernelText.misread(FILE, "no line " + key + " in " + details));
    }

    private Optional<String> optional(String key) {
        return details.stream()
                .filter(line -> line.startsWith(key + ":"))
                .map(line -> line.substring(key.length() + 1).strip())
                .findFirst();
    }

    private List<MatchResult> all(String start, Pattern pattern) {
        return details.stream()
                .filter(line -> line.startsWith(start))
                .map(line -> matching(pattern, line))
                .toList();
    }

    private static MatchResult matching(Pattern pattern, String line) {
        Matcher match = pattern.matcher(line);
        if (!match.matches()) {
            throw KernelText.misread(FILE, line);
        }
        return match.toMatchResult();
    }

    private static long nanos(String text) {
        Matcher match = TIMES.matcher(text);
        if (!match.matches()) {
            throw KernelText.misread(FILE, text);
        }
        return KernelText.decimal(FILE, match.group(1)) * NANOS + KernelText.decimal(FILE, match.group(2));
    }
}
