package io.ckpt.freeze;

import io.ckpt.fault.Fault;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who has a file open: looked for once among all processes of this node, as no table of the kernel tells. A path leads to the
 * same file through any mount; its last name stays. A process whose files may not be read holds none that can be seen.
 */
final class FileHolders {
    private record Opened(int pid, String path, String name) {}

    private final List<Opened> outside;

    /** Of processes that are neither of the job nor this one. */
    FileHolders(SeizedJob job) {
        Set<Integer> known = job.processes().stream().map(FrozenProcess::pid).collect(Collectors.toSet());
        int self = (int) ProcessHandle.current().pid();
        outside = ProcFiles.numbers("").stream()
                .filter(pid -> pid != self && !known.contains(pid))
                .flatMap(pid -> ProcFiles.tryNumbers(pid + "/fd").orElse(List.of()).stream()
                        .map(number -> pid + "/fd/" + number)
                        .flatMap(path -> ProcFiles.tryLink(path).map(FileHolders::name).stream()
                                .map(name -> new Opened(pid, path, name))))
                .toList();
    }

    OptionalInt of(StolenFile file) {
        String name = name(file.link());
        return outside.stream()
                .filter(each -> each.name.equals(name) && isSame(each.path, file))
                .mapToInt(Opened::pid)
                .findFirst();
    }

    private static String name(String link) {
        return link.substring(link.lastIndexOf('/') + 1);
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
