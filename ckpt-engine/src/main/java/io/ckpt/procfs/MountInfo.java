package io.ckpt.procfs;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code /proc/PID/mountinfo}, see proc_pid_mountinfo(5), in the order of the kernel. */
public record MountInfo(List<Mount> mounts) {
    private static final String FILE = "/proc/PID/mountinfo";
    private static final Pattern LINE = Pattern.compile(
            "(\\d+) (\\d+) (\\d+):(\\d+) ([^ ]+) ([^ ]+) ([^ ]+)((?: [^ ]+)*?) - ([^ ]+) ([^ ]*) ([^ ]+)");

    /**
     * One mount; paths with the kernel's escapes undone.
     *
     * @param root directory of the file system that is mounted
     * @param options of the mount: {@code rw,relatime}
     * @param superOptions of the file system
     */
    public record Mount(
            int id,
            int parent,
            int major,
            int minor,
            String root,
            String mountPoint,
            List<String> options,
            List<String> propagation,
            String type,
            String source,
            List<String> superOptions) {
        public boolean isReadOnly() {
            return options.contains("ro") || superOptions.contains("ro");
        }
    }

    public static MountInfo parse(String text) {
        return new MountInfo(
                KernelText.lines(text).stream().map(MountInfo::mount).toList());
    }

    public Optional<Mount> byId(int id) {
        return mounts.stream().filter(mount -> mount.id == id).findFirst();
    }

    private static Mount mount(String line) {
        Matcher match = LINE.matcher(line);
        if (!match.matches()) {
            throw KernelText.misread(FILE, line);
        }
        return new Mount(
                KernelText.number(FILE, match.group(1)),
                KernelText.number(FILE, match.group(2)),
                KernelText.number(FILE, match.group(3)),
                KernelText.number(FILE, match.group(4)),
                Escapes.undo(match.group(5)),
                Escapes.undo(match.group(6)),
                List.of(match.group(7).split(",")),
                match.group(8).isEmpty()
                        ? List.of()
                        : List.of(match.group(8).strip().split(" ")),
                match.group(9),
                Escapes.undo(match.group(10)),
                List.of(match.group(11).split(",")));
    }
}
