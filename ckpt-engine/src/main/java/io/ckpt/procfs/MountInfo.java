package io.ckpt.procfs;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
        /** True when the mount point is a path or one of the directories above it. */
        public boolean covers(String path) {
            return isWithin(path, mountPoint);
        }

        /** True for a mount of the same file system that shows all of what this one shows. */
        public boolean isPartOf(Mount whole) {
            return major == whole.major && minor == whole.minor && isWithin(root, whole.root);
        }

        /** True when it is of the hierarchy of cgroups in which that is a place. */
        public boolean shows(ProcCgroup.Membership place) {
            return place.isUnified()
                    ? type.equals("cgroup2")
                    : type.equals("cgroup") && superOptions.containsAll(place.controllers());
        }

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

    /** What all others are mounted below. */
    public Optional<Mount> root() {
        return mounts.stream()
                .filter(mount ->
                        mount.mountPoint.equals("/") && byId(mount.parent).isEmpty())
                .findFirst();
    }

    /** The mount that an absolute path leads to, symbolic links left aside. */
    public Optional<Mount> leadingTo(String path) {
        Optional<Mount> mount = root();
        for (Optional<Mount> next = mount; next.isPresent(); next = next.flatMap(below -> above(below, path))) {
            mount = next;
        }
        return mount;
    }

    /** In the order of the kernel as far as that has parents before children; it lacks what has no way to the root. */
    public List<Mount> parentsFirst() {
        Set<Mount> sorted = new LinkedHashSet<>();
        Optional<Mount> next = root();
        while (next.isPresent()) {
            sorted.add(next.get());
            next = mounts.stream()
                    .filter(mount -> !sorted.contains(mount))
                    .filter(mount -> sorted.stream().anyMatch(parent -> parent.id == mount.parent))
                    .findFirst();
        }
        return List.copyOf(sorted);
    }

    /** False when other mounts cover it. */
    public boolean isVisible(Mount mount) {
        return leadingTo(mount.mountPoint).filter(mount::equals).isPresent();
    }

    /** A path by which is reached what a mount of another namespace shows. */
    public Optional<String> pathTo(Mount elsewhere) {
        return mounts.stream()
                .filter(elsewhere::isPartOf)
                .filter(mount -> leadingTo(within(mount, elsewhere))
                        .filter(mount::equals)
                        .isPresent())
                .findFirst()
                .map(mount -> within(mount, elsewhere));
    }

    /** Where a mount shows what another one, which is {@linkplain Mount#isPartOf part} of it, shows. */
    public static String within(Mount mount, Mount part) {
        return join(mount.mountPoint, part.root.substring(mount.root.equals("/") ? 0 : mount.root.length()));
    }

    /** A path below a directory; {@code rest} is empty or begins with a slash. */
    public static String join(String directory, String rest) {
        String joined = directory.equals("/") ? rest : directory + (rest.equals("/") ? "" : rest);
        return joined.isEmpty() ? "/" : joined;
    }

    public static boolean isWithin(String path, String directory) {
        return directory.equals("/") || path.equals(directory) || path.startsWith(directory + "/");
    }

    private Optional<Mount> above(Mount below, String path) {
        return mounts.stream()
                .filter(mount -> mount.parent == below.id && mount.id != below.id && mount.covers(path))
                .min(Comparator.comparingInt(mount -> mount.mountPoint.length()));
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
