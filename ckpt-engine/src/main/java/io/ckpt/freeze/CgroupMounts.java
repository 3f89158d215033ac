package io.ckpt.freeze;

import io.ckpt.procfs.MountInfo;
import io.ckpt.procfs.ProcCgroup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Hierarchies of cgroups(7), as this process has them mounted. */
public final class CgroupMounts {
    private final List<MountInfo.Mount> mounts;

    public CgroupMounts(MountInfo mounts) {
        this.mounts = mounts.mounts();
    }

    public static CgroupMounts here() {
        return new CgroupMounts(MountInfo.parse(ProcFiles.text("self/mountinfo")));
    }

    /** Where a cgroup is to be seen, if anywhere; one outside of the cgroup namespace of this process is not. */
    public Optional<CgroupDirectory> directory(ProcCgroup.Membership membership) {
        if (membership.path().startsWith("/..")) {
            return Optional.empty();
        }
        return mounts.stream()
                .filter(mount -> mount.shows(membership))
                .map(mount -> Path.of(mount.mountPoint() + membership.path()))
                .filter(Files::isDirectory)
                .findFirst()
                .map(CgroupDirectory::new);
    }
}
