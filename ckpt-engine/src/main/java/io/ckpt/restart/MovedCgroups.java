package io.ckpt.restart;

import com.google.protobuf.Any;
import io.ckpt.image.v1.CgroupFile;
import io.ckpt.image.v1.ObjectState;
import io.ckpt.kind.ObjectId;
import io.ckpt.procfs.MountInfo;
import io.ckpt.procfs.ProcCgroup;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Gives files of the cgroups that a job was started in the paths that they have in those of its place. */
final class MovedCgroups {
    private final PlaceFiles place;

    MovedCgroups(PlaceFiles place) {
        this.place = place;
    }

    /** The objects of the job as they are to be planned here. */
    List<ObjectState> apply(List<ObjectState> states) {
        Map<ObjectId, CgroupFile> files = new Objects(states).of(CgroupFile.class);
        if (files.isEmpty()) {
            return states;
        }
        ProcCgroup cgroups = place.cgroups();
        return states.stream()
                .map(state -> Optional.ofNullable(files.get(new ObjectId(state.getId())))
                        .map(file -> state.toBuilder()
                                .setState(Any.pack(moved(file, cgroups)))
                                .build())
                        .orElse(state))
                .toList();
    }

    private static CgroupFile moved(CgroupFile file, ProcCgroup cgroups) {
        return cgroups.in(file.getHierarchy())
                .map(cgroup -> file.toBuilder()
                        .setPath(MountInfo.join(file.getMountPoint(), cgroup.path()) + file.getInner())
                        .build())
                .orElse(file);
    }
}
