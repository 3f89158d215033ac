package io.ckpt.freeze;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.procfs.ProcCgroup;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Jobs that the cgroup freezer holds. Their tasks cannot make a system call for the engine: it would wait for the end of
 * the suspension.
 */
final class CgroupSuspension {
    private final CgroupMounts mounts = CgroupMounts.here();

    /** BUSY when a process is in a frozen cgroup. */
    void requireNone(Collection<Integer> pids) {
        Set<String> distinct = pids.stream()
                .flatMap(pid -> ProcFiles.tryText(pid + "/cgroup").stream())
                .collect(Collectors.toSet());
        distinct.stream()
                .map(ProcCgroup::parse)
                .flatMap(cgroup -> Stream.concat(unified(cgroup).stream(), freezer(cgroup).stream()))
                .findFirst()
                .ifPresent(frozen -> {
                    throw new Fault(
                            FaultCode.BUSY,
                            "the job is suspended: cgroup " + frozen + " is frozen",
                            "resume the job, then try again");
                });
    }

    /** Version 2: the freezing of any cgroup above counts. */
    private Optional<Path> unified(ProcCgroup cgroup) {
        return cgroup.unified().flatMap(mounts::directory).stream()
                .flatMap(directory -> Stream.iterate(directory.path(), Objects::nonNull, Path::getParent))
                .filter(path -> new CgroupDirectory(path).text("cgroup.freeze").equals(Optional.of("1")))
                .findFirst();
    }

    private Optional<Path> freezer(ProcCgroup cgroup) {
        return cgroup.controller("freezer")
                .flatMap(mounts::directory)
                .filter(directory -> directory
                        .text("freezer.state")
                        .filter(state -> !state.equals("THAWED"))
                        .isPresent())
                .map(CgroupDirectory::path);
    }
}
