package io.ckpt.freeze;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.procfs.MountInfo;
import io.ckpt.procfs.ProcCgroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
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
    private final List<MountInfo.Mount> mounts;

    CgroupSuspension() {
        mounts = MountInfo.parse(ProcFiles.text("self/mountinfo")).mounts();
    }

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
        return cgroup.unified().flatMap(path -> directory("cgroup2", "", path)).stream()
                .flatMap(directory -> Stream.iterate(directory, Objects::nonNull, Path::getParent))
                .filter(directory -> state(directory.resolve("cgroup.freeze")).equals(Optional.of("1")))
                .findFirst();
    }

    private Optional<Path> freezer(ProcCgroup cgroup) {
        return cgroup.controller("freezer")
                .flatMap(path -> directory("cgroup", "freezer", path))
                .filter(directory -> state(directory.resolve("freezer.state"))
                        .filter(state -> !state.equals("THAWED"))
                        .isPresent());
    }

    private Optional<Path> directory(String type, String option, String path) {
        return mounts.stream()
                .filter(mount -> mount.type().equals(type))
                .filter(mount -> option.isEmpty() || mount.superOptions().contains(option))
                .map(mount -> Path.of(mount.mountPoint() + path))
                .filter(Files::isDirectory)
                .findFirst();
    }

    /** Nothing for the root of a hierarchy, which cannot be frozen. */
    private static Optional<String> state(Path file) {
        try {
            return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
        } catch (IOException e) { // the cgroup was removed meanwhile
            return Optional.empty();
        }
    }
}
