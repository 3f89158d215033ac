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
    void refusesWhatItDoesNotUnderstand() {
        assertThatThrownBy(() -> MountInfo.parse("36 35 98:0 /mnt1 /mnt2 rw\n"))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("/mnt1 /mnt2");
    }
}
