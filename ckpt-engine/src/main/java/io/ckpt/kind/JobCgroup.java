package io.ckpt.kind;

import io.ckpt.freeze.CgroupDirectory;
import io.ckpt.freeze.FrozenProcess;
import java.util.List;

/**
 * A cgroup that a frozen job made.
 *
 * @param hierarchy as {@code /proc/PID/cgroup} names it; empty for version 2
 * @param path below the cgroup that the job was started in, without a slash in front
 * @param around the cgroup that it lies in
 * @param members the living processes of the job in it
 */
public record JobCgroup(
        String hierarchy, String path, CgroupDirectory directory, CgroupDirectory around, List<FrozenProcess> members) {
    public ObjectId id() {
        return new ObjectId("cgroup:" + hierarchy + "/" + path);
    }

    public boolean isUnified() {
        return hierarchy.isEmpty();
    }
}
