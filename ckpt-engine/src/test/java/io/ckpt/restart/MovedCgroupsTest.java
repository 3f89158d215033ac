package io.ckpt.restart;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import io.ckpt.freeze.FileStatus;
import io.ckpt.image.v1.CgroupFile;
import io.ckpt.image.v1.ObjectState;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.file.CgroupFileKind;
import io.ckpt.procfs.ProcCgroup;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MovedCgroupsTest {
    private static final ObjectId FILE = ObjectId.file(3);

    @Test
    void findsAFileInTheCgroupOfThePlace() {
        assertThat(path("0::/step\n4:memory:/job/3\n")).isEqualTo("/sys/fs/cgroup/memory/job/3/a/memory.stat");
        assertThat(path("4:memory:/\n")).isEqualTo("/sys/fs/cgroup/memory/a/memory.stat");
    }

    @Test
    void leavesAFileWhereThereIsNoSuchHierarchy() {
        assertThat(path("0::/step\n")).isEqualTo("/sys/fs/cgroup/memory/job/2/a/memory.stat");
    }

    private static String path(String cgroups) {
        CgroupFile file = CgroupFile.newBuilder()
                .setPath("/sys/fs/cgroup/memory/job/2/a/memory.stat")
                .setHierarchy("memory")
                .setMountPoint("/sys/fs/cgroup/memory")
                .setInner("/a/memory.stat")
                .build();
        ObjectState state = ObjectState.newBuilder()
                .setId(FILE.toString())
                .setKind(new CgroupFileKind().name())
                .setState(Any.pack(file))
                .build();
        List<ObjectState> moved = new MovedCgroups(place(cgroups)).apply(List.of(state));
        return new Objects(moved).of(new CgroupFileKind()).get(FILE).getPath();
    }

    private static PlaceFiles place(String cgroups) {
        return new PlaceFiles() {
            @Override
            public Optional<FileStatus> status(String path) {
                return Optional.empty();
            }

            @Override
            public byte[] beginning(String path, int most) {
                return new byte[0];
            }

            @Override
            public ProcCgroup cgroups() {
                return ProcCgroup.parse(cgroups);
            }
        };
    }
}
