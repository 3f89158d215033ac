package io.ckpt.freeze;

import io.ckpt.jna.LibCkpt;
import io.ckpt.kernel.Errno;
import io.ckpt.kernel.KernelName;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.procfs.ProcStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the user of a process may open by himself; somebody with more rights may have opened it for him. */
public final class Rights {
    /**
     * Something to be opened.
     *
     * @param path as {@code /proc/PID/fd} shows it
     * @param access sum of the constants of {@link Access}
     */
    public record Wish(String path, int access) {}

    /** Bits of access(2). */
    public static final class Access {
        public static final int SEARCH = 1;
        public static final int WRITE = 2;
        public static final int READ = 4;

        private Access() {}

        /** What open(2) asks for. */
        public static int of(int flags) {
            return switch (flags & OpenFlags.ACCESS_MODE) {
                case OpenFlags.RDONLY -> READ;
                case OpenFlags.WRONLY -> WRITE;
                default -> READ | WRITE;
            };
        }
    }

    /** Whatever else stands against it now, or will then, is the restart's to find out. */
    private static final Set<Integer> REFUSED =
            Set.of(Errno.EACCES.number(), Errno.EPERM.number(), Errno.EROFS.number());

    private Rights() {}

    /** The errno of each wish that would not be granted; none for root's processes. */
    public static Map<Wish, Integer> lacking(FrozenProcess process, List<Wish> wishes) {
        ProcStatus status = process.procStatus();
        if (status.uid().fileSystem() == 0 || wishes.isEmpty()) {
            return Map.of();
        }
        int[] results = ask(process, status, wishes);
        Map<Wish, Integer> lacking = new LinkedHashMap<>();
        for (int i = 0; i < results.length; i++) {
            if (REFUSED.contains(-results[i])) {
                lacking.put(wishes.get(i), -results[i]);
            }
        }
        return lacking;
    }

    private static int[] ask(FrozenProcess process, ProcStatus status, List<Wish> wishes) {
        int[] ids = {status.uid().fileSystem(), status.gid().fileSystem()};
        int[] groups = status.groups().stream().mapToInt(Integer::intValue).toArray();
        String paths = String.join("\0", wishes.stream().map(Wish::path).toList());
        int[] access = wishes.stream().mapToInt(Wish::access).toArray();
        int[] results = new int[access.length];
        boolean elsewhere = !process.link("root").equals("/"); // by chroot(2): names are those from outside
        String name = elsewhere ? "/" : "/proc/" + process.task() + "/root";
        int root = KernelAnswer.require(
                LibCkpt.open(NativeText.string(name), OpenFlags.PATH | OpenFlags.DIRECTORY), () -> "open of " + name);
        try {
            KernelAnswer.require(
                    LibCkpt.accessAs(
                            ids,
                            groups,
                            groups.length,
                            root,
                            KernelName.encode(paths + "\0"),
                            access,
                            access.length,
                            results),
                    () -> "pid " + process.pid() + ": access(2) in the name of uid " + ids[0]);
        } finally {
            LibCkpt.close(root);
        }
        return results;
    }
}
