package io.ckpt.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ckpt.progress.Progress.Phase;
import io.ckpt.v1.PhaseProgress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class ReporterTest {
    private final List<PhaseProgress.Phase> told = new CopyOnWriteArrayList<>();
    private final Reporter<Integer> reporter = new Reporter<>(new Watched<>(0, value -> false), (value, progress) -> {
        told.add(progress.getPhase());
        return value;
    });

    @Test
    void tellsOfAStandstillWhenItIsOver() {
        reporter.phase(Phase.FREEZE);
        reporter.phase(Phase.DESCRIBE);
        reporter.phase(Phase.COMMIT);

        assertThat(told)
                .containsExactly(
                        PhaseProgress.Phase.PHASE_FREEZE,
                        PhaseProgress.Phase.PHASE_DESCRIBE,
                        PhaseProgress.Phase.PHASE_COMMIT);
    }

    @Test
    void tellsOfAStandstillThatLasts() {
        reporter.phase(Phase.FREEZE);

        await().until(() -> told.equals(List.of(PhaseProgress.Phase.PHASE_FREEZE)));
    }

    @Test
    void tellsOfTheLastPhaseBeforeTheEnd() {
        reporter.phase(Phase.THAW);
        reporter.end();

        assertThat(told).containsExactly(PhaseProgress.Phase.PHASE_THAW);
    }
}
