package io.ckpt.procfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SmapsTest {
    @Test
    void givesFlagsOfEveryMapping() {
        List<Vma> vmas = ProcMaps.parse(Recorded.text("maps")).vmas();
        Smaps smaps = Smaps.parse(Recorded.text("smaps"));

        assertThat(smaps.flags()).hasSameSizeAs(vmas);
        Vma stack = vmas.stream()
                .filter(vma -> vma.path().equals("[stack]"))
                .findFirst()
                .orElseThrow();
        assertThat(smaps.at(stack.start())).contains("gd", "rd", "wr");
        Vma vdso = vmas.stream().filter(Vma::isVdso).findFirst().orElseThrow();
        assertThat(smaps.at(vdso.start())).contains("ex", "de").doesNotContain("wr");
    }

    @Test
    void knowsNothingOfAMappingThatCameLater() {
        assertThat(Smaps.parse("").at(0x1000)).isEmpty();
    }
}
