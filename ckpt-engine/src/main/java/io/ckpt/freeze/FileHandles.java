package io.ckpt.freeze;

import io.ckpt.fault.Fault;
import io.ckpt.freeze.FrozenProcess.FileHandle;
import io.ckpt.jna.LibCkpt;
import io.ckpt.procfs.MountInfo;
import java.util.Optional;

/** Finds paths of files of which only a handle is known; see open_by_handle_at(2). */
final class FileHandles {
    private static final int MINOR_BITS = 20;

    private FileHandles() {}

    static Optional<String> path(FrozenProcess process, FileHandle file) {
        return MountInfo.parse(process.text("mountinfo")).mounts().stream()
                .filter(mount -> (mount.major() << MINOR_BITS | mount.minor()) == file.device())
                .flatMap(mount -> path(process, mount.mountPoint(), file).stream())
                .findFirst();
    }

    private static Optional<String> path(FrozenProcess process, String mountPoint, FileHandle file) {
        byte[] mount = NativeText.string("/proc/" + process.task() + "/root" + mountPoint);
        int found = LibCkpt.openHandle(mount, file.type(), file.bytes(), file.bytes().length);
        if (found < 0) {
            return Optional.empty();
        }
        try {
            String path = ProcFiles.link("self/fd/" + found);
            return leadsTo(process, path, ProcFiles.status("self/fd/" + found)) ? Optional.of(path) : Optional.empty();
        } finally {
            LibCkpt.close(found);
        }
    }

    private static boolean leadsTo(FrozenProcess process, String path, FileStatus file) {
        try {
            FileStatus there = process.status("root" + path);
            return there.device() == file.device() && there.inode() == file.inode();
        } catch (Fault gone) {
            return false;
        }
    }
}
