package io.ckpt.cli;

import io.ckpt.v1.PhaseProgress;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;

/** One line per phase, written when the phase has ended: for pipes and log files. */
final class ProgressLines implements ProgressView {
    private final PrintWriter err;
    private Optional<PhaseProgress> present = Optional.empty();
    private long start;

    ProgressLines(PrintWriter err) {
        this.err = err;
    }

    @Override
    public void show(PhaseProgress progress) {
        boolean same = present.filter(p -> p.getPhase() == progress.getPhase()).isPresent();
        if (!same) {
            close();
            start = System.nanoTime();
        }
        present = Optional.of(progress).filter(p -> p.getPhase() != PhaseProgress.Phase.PHASE_UNSPECIFIED);
    }

    @Override
    public void close() {
        present.ifPresent(this::write);
        present = Optional.empty();
    }

    private void write(PhaseProgress ended) {
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        String bytes = ended.getDoneBytes() > 0 ? "  " + Quantity.bytes(ended.getDoneBytes()) : "";
        err.printf("ckptctl: %-9s %s%s%n", Quantity.phase(ended), Quantity.duration(took), bytes);
        err.flush();
    }
}
