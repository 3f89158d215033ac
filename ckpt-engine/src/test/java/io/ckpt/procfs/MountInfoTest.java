package io.ckpt.procfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ckpt.fault.Fault;
import org.junit.jupiter.api.Test;

class MountInfoTest {
    private final MountInfo recorded = MountInfo.parse(Recorded.text("mountinfo"));

    @Test
    void undoesEscapes() {
        MountInfo.Mount mount = recorded.byId(63).orElseThrow();

        assertThat(mount.mountPoint()).isEqualTo("/tmp/mt a");
        assertThat(mount.source()).isEqualTo("none \\x");
        assertThat(mount.isReadOnly()).isTrue();
    }

    @Test
    void readsTheRoot() {
        MountInfo.Mount root = recorded.byId(43).orElseThrow();

        assertThat(root.mountPoint()).isEqualTo("/");
        assertThat(root.type()).isEqualTo("ext4");
        assertThat(root.major()).isEqualTo(254);
        assertThat(root.propagation()).isEmpty();
        assertThat(root.isReadOnly()).isFalse();
    }

    @Test
    void readsPropagation() {
        MountInfo shared = MountInfo.parse("36 35 98:0 /mnt1 /mnt2 rw,noatime shared:3 master:1 - nfs4 srv:/x rw\n");

        assertThat(shared.mounts().get(0).propagation()).containsExactly("shared:3", "master:1");
        assertThat(shared.mounts().get(0).source()).isEqualTo("srv:/x");
    }

    @Test
    void findsTheMountThatAPathLeadsTo() {
        MountInfo mounts = MountInfo.parse(
                """
                20 1 8:1 / / rw - ext4 /dev/sda rw
                21 20 8:2 / /a rw - ext4 /dev/sdb rw
                22 21 8:3 / /a/b rw - ext4 /dev/sdc rw
                23 21 8:4 / /a rw - tmpfs none rw
                """);

        assertThat(mounts.leadingTo("/ab").orElseThrow().id()).isEqualTo(20);
        assertThat(mounts.leadingTo("/a/b/c").orElseThrow().id()).isEqualTo(23);
        assertThat(mounts.isVisible(mounts.byId(22).orElseThrow())).isFalse();
        assertThat(mounts.isVisible(mounts.byId(23).orElseThrow())).isTrue();
    }

    @Test
    void findsAPathToPartOfAFileSystem() {
        MountInfo place = MountInfo.parse(
                """
                20 1 8:1 / / rw - ext4 /dev/sda rw
                21 20 8:2 /home /home rw - xfs /dev/sdb rw
                22 20 0:5 / /cgroup rw - tmpfs none rw
                23 22 8:3 / /cgroup rw - ext4 /dev/sdc rw
                """);
        MountInfo elsewhere = MountInfo.parse(
                """
                30 1 8:2 /home/user / rw - xfs /dev/sdb rw
                31 30 8:2 / /all rw - xfs /dev/sdb rw
                32 30 0:5 / /covered rw - tmpfs none rw
                33 30 8:1 /etc/hosts /hosts rw - ext4 /dev/sda rw
                """);

        assertThat(place.pathTo(elsewhere.mounts().get(0))).contains("/home/user");
        assertThat(place.pathTo(elsewhere.mounts().get(1))).isEmpty();
        assertThat(place.pathTo(elsewhere.mounts().get(2))).isEmpty();
        assertThat(place.pathTo(elsewhere.mounts().get(3))).contains("/etc/hosts");
    }

    @Test
    void putsParentsFirst() {
        MountInfo mounts = MountInfo.parse(
                """
                21 22 8:2 / /a/b rw - ext4 /dev/sdb rw
                22 30 8:3 / /a rw - ext4 /dev/sdc rw
                30 1 8:1 / / rw - ext4 /dev/sda rw
                """);

        assertThat(mounts.parentsFirst()).extracting(MountInfo.Mount::id).containsExactly(30, 22, 21);
    }

    @Test
    void refusesWhatItDoesNotUnderstand() {
        assertThatThrownBy(() -> MountInfo.parse("36 35 98:0 /mnt1 /mnt2 rw\n"))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("/mnt1 /mnt2");
    }
}
