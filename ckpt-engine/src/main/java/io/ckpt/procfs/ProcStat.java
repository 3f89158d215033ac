package io.ckpt.procfs;

/**
 * {@code /proc/PID/stat}, see proc(5). Addresses are unsigned; they read as 0 for a caller without ptrace rights and for
 * a zombie.
 *
 * @param state {@code R S D Z T t X I P}
 * @param tty device number of the controlling terminal, 0 for none
 * @param terminalGroup foreground process group of the terminal, -1 for none
 * @param flags PF_* bits
 * @param cpuTicks hundredths of a second in user and kernel mode
 * @param startTime clock ticks after boot; with the pid it names a process for ever
 * @param exitSignal signal the parent gets in the end
 * @param exitCode wait(2) status of a zombie
 */
public record ProcStat(
        int pid,
        String comm,
        char state,
        int parent,
        int group,
        int session,
        int tty,
        int terminalGroup,
        long flags,
        long cpuTicks,
        int nice,
        int threads,
        long startTime,
        long startCode,
        long endCode,
        long startStack,
        int exitSignal,
        int realtimePriority,
        int policy,
        long startData,
        long endData,
        long startBrk,
        long argStart,
        long argEnd,
        long envStart,
        long envEnd,
        int exitCode) {
    private static final String FILE = "/proc/PID/stat";
    private static final int FIELDS = 52;
    private static final long PF_KTHREAD = 0x00200000;

    /** The name may hold anything, spaces and parentheses too: it ends at the last parenthesis. */
    public static ProcStat parse(String text) {
        int open = text.indexOf(" (");
        int close = text.lastIndexOf(") ");
        if (open < 0 || close < open) {
            throw KernelText.misread(FILE, text);
        }
        Fields fields = new Fields(text.substring(close + 2).strip().split(" "));
        if (fields.words.length < FIELDS - 2 || fields.words[0].length() != 1) {
            throw KernelText.misread(FILE, text);
        }
        return fields.stat(KernelText.number(FILE, text.substring(0, open)), text.substring(open + 2, close));
    }

    public boolean isZombie() {
        return state == 'Z';
    }

    public boolean isKernelThread() {
        return (flags & PF_KTHREAD) != 0;
    }

    /** Words after the name, asked for by their numbers in proc(5). */
    private record Fields(String[] words) {
        ProcStat stat(int pid, String comm) {
            return new ProcStat(
                    pid,
                    comm,
                    words[0].charAt(0),
                    number(4),
                    number(5),
                    number(6),
                    number(7),
                    number(8),
                    unsigned(9),
                    unsigned(14) + unsigned(15),
                    number(19),
                    number(20),
                    unsigned(22),
                    unsigned(26),
                    unsigned(27),
                    unsigned(28),
                    number(38),
                    number(40),
                    number(41),
                    unsigned(45),
                    unsigned(46),
                    unsigned(47),
                    unsigned(48),
                    unsigned(49),
                    unsigned(50),
                    unsigned(51),
                    number(52));
        }

        private int number(int field) {
            return KernelText.number(FILE, words[field - 3]);
        }

        private long unsigned(int field) {
            return KernelText.unsigned(FILE, words[field - 3]);
        }
    }
}
