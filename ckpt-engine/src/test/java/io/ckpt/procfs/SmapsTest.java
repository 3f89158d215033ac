package io.ckpt.procfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SmapsTest {
    @Test
    void givesFlagsOfEveryMapping() {
        List<Vma> vmas = ProcMaps.parse(Recorded.text("maps")).vmas();
        Smaps smaps = Smaps.parse(Recorded.text("smaps"));

        assertThat(smaps.areas()).hasSameSizeAs(vmas);
        Vma stack = vmas.stream()
                .filter(vma -> vma.path().equals("[stack]"))
                .findFirst()
                .orElseThrow();
        assertThat(smaps.at(stack.start()).flags()).contains("gd", "rd", "wr");
        assertThat(smaps.at(stack.start()).resident()).isEqualTo(60 * 1024);
        assertThat(smaps.at(stack.start()).pageSize()).isEqualTo(4096);
        Vma vdso = vmas.stream().filter(Vma::isVdso).findFirst().orElseThrow();
        assertThat(smaps.at(vdso.start()).flags()).contains("ex", "de").doesNotContain("wr");
    }

    @Test
    void givesPageSizeAndKey() {
        Smaps smaps = Smaps.parse(
                """
                7f0000000000-7f0000200000 rw-p 00000000 00:0f 12345 /anon_hugepage (deleted)
                Size:               2048 kB
                KernelPageSize:     2048 kB
                Rss:                   0 kB
                ProtectionKey:         3
                VmFlags: rd wr mr mw me ht
                """);
        assertThat(smaps.at(0x7f00_0000_0000L))
                .isEqualTo(new Smaps.Area(Set.of("rd", "wr", "mr", "mw", "me", "ht"), 0, 2 << 20, 3));
    }

    @Test
    void takesFlagsThatTheKernelDoesNotName() {
        Smaps smaps = Smaps.parse(
                """
                7f0000000000-7f0000200000 rw-p 00000000 00:00 0\s
                VmFlags: rd wr ?? lo ??\s
                """);
        assertThat(smaps.at(0x7f00_0000_0000L).flags()).containsExactlyInAnyOrder("rd", "wr", "lo", "??");
    }

    @Test
    void tellsOfMappingsThatHaveStayedOrGrown() {
        Smaps smaps = Smaps.parse(
                """
                55d0a0000000-55d0a0021000 rw-p 00000000 00:00 0                  [heap]
                Rss:                   8 kB
                VmFlags: rd wr mr mw me ac
                """);

        assertThat(smaps.tellsOf(heap("55d0a0000000-55d0a0021000 rw-p"))).isTrue();
        assertThat(smaps.tellsOf(heap("55d0a0000000-55d0a0042000 rw-p"))).isTrue();
        assertThat(smaps.tellsOf(heap("55d0a0000000-55d0a0020000 rw-p"))).isFalse();
        assertThat(smaps.tellsOf(heap("55d0a0000000-55d0a0021000 r--p"))).isFalse();
        assertThat(smaps.tellsOf(heap("55d0a0001000-55d0a0021000 rw-p"))).isFalse();
    }

    private static List<Vma> heap(String range) {
        return ProcMaps.parse(range + " 00000000 00:00 0                  [heap]\n")
                .vmas();
    }

    @Test
    void knowsNothingOfAMappingThatCameLater() {
        assertThat(Smaps.parse("").at(0x1000)).isEqualTo(Smaps.Area.UNKNOWN);
    }
}
