package io.ckpt.procfs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * {@code /proc/PID/status}, see proc(5). Signal sets have bit n-1 for signal n, capability sets bit n for capability n.
 *
 * @param umask absent for a zombie
 * @param job which of the pid namespaces in the lists of ids is that of the job; "inner" ids are those in it
 * @param pids the pid in every pid namespace from the reader's inwards (NSpid)
 * @param threadPending signals pending for this thread
 * @param processPending signals pending for the whole process
 * @param seccomp 0 off, 1 strict, 2 filter
 * @param cpus CPUs the thread may run on, ascending
 */
public record ProcStatus(
        String name,
        OptionalInt umask,
        char state,
        int tgid,
        int numaGroup,
        int pid,
        int parent,
        int tracer,
        Identity uid,
        Identity gid,
        int descriptorTableSize,
        List<Integer> groups,
        int job,
        List<Integer> threadGroupIds,
        List<Integer> pids,
        List<Integer> processGroupIds,
        List<Integer> sessionIds,
        boolean kernelThread,
        int threads,
        int queuedSignals,
        int queuedSignalsLimit,
        long threadPending,
        long processPending,
        long blocked,
        long ignored,
        long caught,
        Capabilities capabilities,
        boolean noNewPrivileges,
        int seccomp,
        List<Integer> cpus) {
    private static final String FILE = "/proc/PID/status";

    /** Four ids of one sort. */
    public record Identity(int real, int effective, int saved, int fileSystem) {}

    /** Five sets of capabilities. */
    public record Capabilities(long inheritable, long permitted, long effective, long bounding, long ambient) {}

    /** Of a task whose innermost pid namespace is that of the job. */
    public static ProcStatus parse(String text) {
        Lines lines = new Lines(text);
        return lines.status(lines.numbers("NSpid").size() - 1);
    }

    /** @param job how many pid namespaces that of the job lies within that of the reader */
    public static ProcStatus parse(String text, int job) {
        return new Lines(text).status(job);
    }

    public int innerPid() {
        return pids.get(job);
    }

    public int innerTgid() {
        return threadGroupIds.get(job);
    }

    /** Process group as the reader numbers it; 0 when it cannot see it. */
    public int processGroup() {
        return processGroupIds.get(0);
    }

    /** Session as the reader numbers it; 0 when it cannot see it. */
    public int session() {
        return sessionIds.get(0);
    }

    /** Process group in the job's namespace; 0 when the group lives outside of it. */
    public int innerProcessGroup() {
        return processGroupIds.get(job);
    }

    /** Session in the job's namespace; 0 when the session lives outside of it. */
    public int innerSession() {
        return sessionIds.get(job);
    }

    public boolean isZombie() {
        return state == 'Z';
    }

    /** Lines by their key. */
    private static final class Lines {
        private final Map<String, String> values = new HashMap<>();

        Lines(String text) {
            for (String line : KernelText.lines(text)) {
                int colon = line.indexOf(':');
                if (colon < 1) {
                    throw KernelText.misread(FILE, line);
                }
                values.put(line.substring(0, colon), line.substring(colon + 1));
            }
        }

        ProcStatus status(int job) {
            int[] queue = signalQueue();
            return new ProcStatus(
                    name(),
                    umask(),
                    state(),
                    number("Tgid"),
                    number("Ngid"),
                    number("Pid"),
                    number("PPid"),
                    number("TracerPid"),
                    identity("Uid"),
                    identity("Gid"),
                    number("FDSize"),
                    numbers("Groups"),
                    job,
                    numbers("NStgid"),
                    numbers("NSpid"),
                    numbers("NSpgid"),
                    numbers("NSsid"),
                    values.getOrDefault("Kthread", "").endsWith("1"),
                    number("Threads"),
                    queue[0],
                    queue[1],
                    mask("SigPnd"),
                    mask("ShdPnd"),
                    mask("SigBlk"),
                    mask("SigIgn"),
                    mask("SigCgt"),
                    capabilities(),
                    number("NoNewPrivs") != 0,
                    number("Seccomp"),
                    cpus(value("Cpus_allowed")));
        }

        private String value(String key) {
            return unstripped(key).strip();
        }

        private String unstripped(String key) {
            String value = values.get(key);
            if (value == null) {
                throw KernelText.misread(FILE, "no line " + key);
            }
            return value;
        }

        /** After the tab. Newline and backslash are the two characters that the kernel escapes in the name. */
        private String name() {
            StringBuilder name = new StringBuilder();
            String escaped = unstripped("Name");
            for (int i = 1; i < escaped.length(); i++) {
                char c = escaped.charAt(i);
                if (c == '\\' && i + 1 < escaped.length()) {
                    c = escaped.charAt(++i) == 'n' ? '\n' : escaped.charAt(i);
                }
                name.append(c);
            }
            return name.toString();
        }

        private OptionalInt umask() {
            return values.containsKey("Umask")
                    ? OptionalInt.of(KernelText.octal(FILE, value("Umask")))
                    : OptionalInt.empty();
        }

        private char state() {
            String state = value("State");
            if (state.length() < 3 || state.charAt(1) != ' ') {
                throw KernelText.misread(FILE, "State: " + state);
            }
            return state.charAt(0);
        }

        private int number(String key) {
            return KernelText.number(FILE, value(key));
        }

        private long mask(String key) {
            return KernelText.hex(FILE, value(key));
        }

        private List<Integer> numbers(String key) {
            String value = value(key);
            if (value.isEmpty()) {
                return List.of();
            }
            return Stream.of(value.split("\\s+"))
                    .map(word -> (int) KernelText.decimal(FILE, word))
                    .toList();
        }

        private Identity identity(String key) {
            List<Integer> ids = numbers(key);
            if (ids.size() != 4) {
                throw KernelText.misread(FILE, key + ": " + value(key));
            }
            return new Identity(ids.get(0), ids.get(1), ids.get(2), ids.get(3));
        }

        private Capabilities capabilities() {
            return new Capabilities(mask("CapInh"), mask("CapPrm"), mask("CapEff"), mask("CapBnd"), mask("CapAmb"));
        }

        private int[] signalQueue() {
            String[] parts = value("SigQ").split("/");
            if (parts.length != 2) {
                throw KernelText.misread(FILE, "SigQ: " + value("SigQ"));
            }
            return new int[] {KernelText.number(FILE, parts[0]), (int) KernelText.unsigned(FILE, parts[1])};
        }

        /** Words of 32 bits in hexadecimal, the highest first: {@code 00000001,ffffffff}. */
        private static List<Integer> cpus(String mask) {
            String[] words = mask.split(",");
            List<Integer> cpus = new ArrayList<>();
            for (int word = words.length - 1; word >= 0; word--) {
                long bits = KernelText.hex(FILE, words[word]);
                for (int bit = 0; bit < Integer.SIZE; bit++) {
                    if ((bits >>> bit & 1) != 0) {
                        cpus.add((words.length - 1 - word) * Integer.SIZE + bit);
                    }
                }
            }
            return List.copyOf(cpus);
        }
    }
}
