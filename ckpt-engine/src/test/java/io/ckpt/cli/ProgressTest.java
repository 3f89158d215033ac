package io.ckpt.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.ckpt.v1.PhaseProgress;
import io.ckpt.v1.PhaseProgress.Phase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private static PhaseProgress progress(Phase phase, long done, long total) {
        return progress(phase, 0, done, total);
    }

    private static PhaseProgress progress(Phase phase, long begin, long done, long total) {
        return PhaseProgress.newBuilder()
                .setPhase(phase)
                .setStartTime(Timestamp.newBuilder().setSeconds(begin))
                .setDoneBytes(done)
                .setTotalBytes(total)
                .build();
    }

    @Test
    void theBarGrowsWithTheBytes() {
        PhaseProgress half = progress(Phase.PHASE_COPY, 512 << 20, 1 << 30);

        assertThat(ProgressBar.line(half, Duration.ofSeconds(2).toNanos()))
                .isEqualTo(
                        "copy      [###############...............]  50 %  512.0 MiB of 1.0 GiB, 256.0 MiB/s, 2.0 s left");
    }

    @Test
    void aPhaseWithoutBytesHasNoBar() {
        assertThat(ProgressBar.line(progress(Phase.PHASE_FREEZE, 0, 0), 1).strip())
                .isEqualTo("freeze");
    }

    @Test
    void aPipeGetsOneLineForEachPhaseWhenItHasEnded() {
        StringWriter err = new StringWriter();
        ProgressLines lines = new ProgressLines(new PrintWriter(err));

        lines.show(PhaseProgress.getDefaultInstance());
        lines.show(progress(Phase.PHASE_FREEZE, 10, 0, 0));
        lines.show(progress(Phase.PHASE_COPY, 13, 1 << 20, 4 << 20));
        lines.show(progress(Phase.PHASE_COPY, 13, 4 << 20, 4 << 20));
        assertThat(err.toString().lines()).hasSize(1);
        lines.close();

        List<String> written = err.toString().lines().toList();
        assertThat(written).hasSize(2);
        assertThat(written.get(0)).isEqualTo("ckptctl: freeze    3.0 s");
        assertThat(written.get(1)).matches("ckptctl: copy      [0-9:]+  4.0 MiB");
    }
}
