package io.ckpt.freeze;

import io.ckpt.fault.Fault;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/** Who has a file open: looked for among all processes of this node, as no table of the kernel tells. */
final class FileHolders {
    private FileHolders() {}

    /** A process that is neither of the job nor this one. */
    static OptionalInt outside(SeizedJob job, StolenFile file) {
        Set<Integer> known = job.processes().stream().map(FrozenProcess::pid).collect(Collectors.toSet());
        int self = (int) ProcessHandle.current().pid();
        return ProcFiles.numbers("").stream()
                .mapToInt(Integer::intValue)
                .filter(pid -> pid != self && !known.contains(pid))
                .filter(pid -> holds(pid, file))
                .findFirst();
    }

    private static boolean holds(int pid, StolenFile file) {
        return ProcFiles.numbers(pid + "/fd").stream()
                .map(number -> pid + "/fd/" + number)
                .anyMatch(path ->
                        ProcFiles.tryLink(path).filter(file.link()::equals).isPresent() && isSame(path, file));
    }

    private static boolean isSame(String path, StolenFile file) {
        try {
            FileStatus found = ProcFiles.status(path);
            return found.inode() == file.status().inode()
                    && found.device() == file.status().device();
        } catch (Fault closed) {
            return false;
        }
    }
}
