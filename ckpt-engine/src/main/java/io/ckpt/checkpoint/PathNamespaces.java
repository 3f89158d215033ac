package io.ckpt.checkpoint;

import io.ckpt.freeze.FrozenJob;
import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.StolenFile;
import io.ckpt.kernel.NamespaceSort;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.MappedArea;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.OwnNamespace;
import io.ckpt.kind.file.ProcessFileKind;
import io.ckpt.procfs.FdInfo;
import io.ckpt.procfs.MountInfo;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * In which mount namespace a path leads to what a process has open or mapped: not always its own, for a file may have been
 * opened before that was entered. The place's goes without a name. Asked only of a job that has such namespaces.
 */
final class PathNamespaces {
    /** What lies in file systems that nobody mounts, though it has a name like a path. */
    private static final Pattern UNMOUNTED =
            Pattern.compile("/(memfd:|SYSV|dev/zero \\(deleted\\)|\\[aio]|secretmem).*");

    private static final long POSIX_QUEUES = 0x19800202L;

    private final JobNamespaces namespaces;
    private final CaptureContext context;
    private final Map<List<ObjectId>, MountInfo> mounts = new LinkedHashMap<>();
    private final Set<Integer> showingPids = new HashSet<>();

    PathNamespaces(JobNamespaces namespaces, FrozenJob job, CaptureContext context) {
        this.namespaces = namespaces;
        this.context = context;
        for (OwnNamespace each : namespaces.own(NamespaceSort.MOUNT)) {
            MountInfo there = MountInfo.parse(each.viewer().text("mountinfo"));
            mounts.put(List.of(each.id()), there);
            noteShowingPids(each.viewer(), there);
        }
        if (!mounts.isEmpty()) {
            mounts.put(List.of(), MountInfo.parse(job.outerText("mountinfo")));
        }
    }

    private void noteShowingPids(FrozenProcess viewer, MountInfo there) {
        Set<String> own = namespaces.own(NamespaceSort.PID).stream()
                .map(OwnNamespace::name)
                .collect(Collectors.toSet());
        there.mounts().stream()
                .filter(mount -> mount.type().equals("proc"))
                .filter(mount -> viewer.tryLink("root" + mount.mountPoint() + "/1/ns/pid")
                        .filter(own::contains)
                        .isPresent())
                .flatMap(shown -> there.mounts().stream().filter(mount -> mount.isPartOf(shown)))
                .forEach(mount -> showingPids.add(mount.id()));
    }

    List<ObjectId> of(StolenFile file) {
        if (mounts.isEmpty() || !file.link().startsWith("/") || file.fileSystem() == POSIX_QUEUES) {
            return List.of();
        }
        int mount = FdInfo.parse(file.info()).mountId();
        if (!new ProcessFileKind().accepts(file, context)) {
            refuseShownPids(file.process(), file.title(), mount);
        }
        return leadingTo(file.process(), file.title(), mount, file.link());
    }

    /** They are mounted when all other files have been opened. */
    private void refuseShownPids(FrozenProcess process, String object, int mount) {
        if (showingPids.contains(mount)) {
            context.refuse(
                    process.pid(),
                    object,
                    "it lies in a proc that shows a pid namespace of the job's own",
                    "close it, or leave that directory, before the checkpoint");
        }
    }

    List<ObjectId> of(MappedArea area) {
        return mounts.isEmpty() || !area.vma().hasFile()
                ? List.of()
                : leadingTo(
                        area.process(),
                        "mapping of " + area.vma().path(),
                        area.process().mountOf(area.vma().mapFile()),
                        area.vma().path());
    }

    List<ObjectId> ofProgram(FrozenProcess process) {
        return mounts.isEmpty()
                ? List.of()
                : leadingTo(process, "executable " + process.link("exe"), process.mountOf("exe"), process.link("exe"));
    }

    /** A working directory is entered by its path when the process is back in its namespace. */
    void requireDirectory(FrozenProcess process) {
        if (!mounts.isEmpty()) {
            String path = process.link("cwd");
            List<ObjectId> found = leadingTo(process, "working directory " + path, process.mountOf("cwd"), path);
            List<ObjectId> own = namespaces.of(process, List.of(NamespaceSort.MOUNT));
            refuseShownPids(process, "working directory " + path, process.mountOf("cwd"));
            if (!found.equals(own)) {
                context.refuse(
                        process.pid(),
                        "working directory " + path,
                        "it lies in another mount namespace than that of the process",
                        "change the directory after the namespace");
            }
        }
    }

    private List<ObjectId> leadingTo(FrozenProcess process, String object, int mount, String path) {
        for (Map.Entry<List<ObjectId>, MountInfo> each : mounts.entrySet()) {
            if (each.getValue()
                    .leadingTo(path)
                    .filter(found -> found.id() == mount)
                    .isPresent()) {
                return each.getKey();
            }
        }
        if (!UNMOUNTED.matcher(path).matches()) {
            context.refuse(
                    process.pid(),
                    object,
                    "its path leads elsewhere in every mount namespace of the job",
                    "close it, or mount nothing over it");
        }
        return List.of();
    }
}
