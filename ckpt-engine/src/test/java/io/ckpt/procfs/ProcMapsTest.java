package io.ckpt.procfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ckpt.fault.Fault;
import io.ckpt.kernel.Prot;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcMapsTest {
    private final List<Vma> vmas = ProcMaps.parse(Recorded.text("maps")).vmas();

    @Test
    void readsEveryMappingInOrder() {
        assertThat(vmas).hasSize(Recorded.text("maps").split("\n").length);
        assertThat(vmas).isSortedAccordingTo((a, b) -> Long.compareUnsigned(a.start(), b.start()));
        assertThat(vmas).anyMatch(Vma::isVdso).anyMatch(Vma::isVvar).anyMatch(Vma::isVsyscall);
    }

    @Test
    void readsADeletedFileWithANewlineInItsName() {
        Vma gone = vmas.stream()
                .filter(vma -> vma.path().contains("gone"))
                .findFirst()
                .orElseThrow();

        assertThat(gone.filePath()).endsWith("/gone\nfile (x) ");
        assertThat(gone.isDeleted()).isTrue();
        assertThat(gone.shared()).isTrue();
        assertThat(gone.length()).isEqualTo(8192);
        assertThat(gone.major()).isEqualTo(0xfe);
        assertThat(gone.protection()).isEqualTo(Prot.READ | Prot.WRITE);
        assertThat(gone.mapFile()).isEqualTo("map_files/7f3527760000-7f3527762000");
    }

    @Test
    void sharedAnonymousMemoryHasAFile() {
        Vma shared = vmas.stream()
                .filter(vma -> vma.path().startsWith("/dev/zero"))
                .findFirst()
                .orElseThrow();

        assertThat(shared.hasFile()).isTrue();
        assertThat(shared.inode()).isEqualTo(1025);
    }

    @Test
    void aCarriageReturnInANameEndsNoLine() {
        String line = "7f0000000000-7f0000001000 ---p 00001000 fe:00 12                         /a\rb\u2028c\n";

        Vma vma = ProcMaps.parse(line).vmas().get(0);

        assertThat(vma.path()).isEqualTo("/a\rb\u2028c");
        assertThat(vma.protection()).isEqualTo(Prot.NONE);
    }

    @Test
    void aZombieHasNoMappings() {
        assertThat(ProcMaps.parse("").vmas()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "7f00-7f01 rw-p", "7f00-7f01 rwxz 0 0:0 0", "x", "7f00 7f01 rw-p 00000000 00:00 0 "})
    void refusesWhatItDoesNotUnderstand(String line) {
        assertThatThrownBy(() -> ProcMaps.parse("55feffb01000-55feffb03000 rw-p 00000000 00:00 0 \n" + line + "\n1"))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("/proc/PID/maps");
    }

    @Test
    void takesTheFirstSegmentOfSystemVForAFile() {
        Vma segment = ProcMaps.parse("7f0000000000-7f0000200000 rw-s 00000000 00:01 0    /SYSV00000000 (deleted)\n")
                .vmas()
                .get(0);
        assertThat(segment.hasFile()).isTrue();
        assertThat(segment.isDeleted()).isTrue();
    }
}
