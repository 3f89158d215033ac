package io.ckpt.cli;

import io.ckpt.v1.PhaseProgress;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** One line per phase, written when the phase has ended: for pipes and log files. */
final class ProgressLines implements ProgressView {
    private final PrintWriter err;
    private Optional<PhaseProgress> present = Optional.empty();

    ProgressLines(PrintWriter err) {
        this.err = err;
    }

    @Override
    public void show(PhaseProgress progress) {
        boolean none = progress.getPhase() == PhaseProgress.Phase.PHASE_UNSPECIFIED;
        present.filter(p -> p.getPhase() != progress.getPhase())
                .ifPresent(ended -> write(ended, none ? Instant.now() : Quantity.instant(progress.getStartTime())));
        present = Optional.of(progress).filter(p -> !none);
    }

    @Override
    public void close() {
        present.ifPresent(ended -> write(ended, Instant.now()));
        present = Optional.empty();
    }

    private void write(PhaseProgress ended, Instant end) {
        Duration took = Duration.between(Quantity.instant(ended.getStartTime()), end);
        String bytes = ended.getDoneBytes() > 0 ? "  " + Quantity.bytes(ended.getDoneBytes()) : "";
        err.printf("ckptctl: %-9s %s%s%n", Quantity.phase(ended), Quantity.duration(took), bytes);
        err.flush();
    }
}
