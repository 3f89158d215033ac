package io.ckpt.restart;

import io.ckpt.freeze.FileStatus;
import io.ckpt.freeze.NodeFiles;
import io.ckpt.freeze.NodeNames;
import io.ckpt.procfs.ProcCgroup;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What lies at a path of some root directory now. */
public interface PlaceFiles {
    Optional<FileStatus> status(String path);

    /** The first bytes of a regular file; none where they cannot be read. */
    byte[] beginning(String path, int most);

    /** Cgroups of the place, which the job will have. */
    default ProcCgroup cgroups() {
        return new ProcCgroup(List.of());
    }

    /** @param root {@code /}, or {@code /proc/PID/root} for what another process sees */
    static PlaceFiles below(Path root) {
        return new PlaceFiles() {
            @Override
            public Optional<FileStatus> status(String path) {
                return NodeFiles.status(root + path);
            }

            @Override
            public byte[] beginning(String path, int most) {
                return NodeFiles.beginning(root + path, most);
            }

            @Override
            public ProcCgroup cgroups() {
                Path own = Path.of("/proc/self/root");
                Path process = root.equals(Path.of("/")) ? own : root;
                return ProcCgroup.parse(
                        NodeNames.here().text(process.resolveSibling("cgroup").toString()));
            }
        };
    }
}
