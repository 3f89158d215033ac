package io.ckpt.cli;

import io.ckpt.v1.PhaseProgress;
import java.io.PrintWriter;
import java.time.Duration;

/** One line that is drawn over and over: for terminals. */
final class ProgressBar implements ProgressView {
    private static final int WIDTH = 30;
    private static final String WIPE = "\r\033[K";

    private final PrintWriter err;
    private final long start = System.nanoTime();

    ProgressBar(PrintWriter err) {
        this.err = err;
    }

    @Override
    public void show(PhaseProgress progress) {
        if (progress.getPhase() != PhaseProgress.Phase.PHASE_UNSPECIFIED) {
            err.print(WIPE + line(progress, System.nanoTime() - start));
            err.flush();
        }
    }

    static String line(PhaseProgress progress, long elapsedNanos) {
        String phase = String.format("%-9s", Quantity.phase(progress));
        if (progress.getTotalBytes() == 0) {
            return phase;
        }
        double share = Math.min(1.0, (double) progress.getDoneBytes() / progress.getTotalBytes());
        int filled = (int) (share * WIDTH);
        double rate = progress.getDoneBytes() * 1e9 / Math.max(1, elapsedNanos);
        long left = progress.getTotalBytes() - progress.getDoneBytes();
        return String.format(
                "%s [%s%s] %3d %%  %s of %s, %s/s%s",
                phase,
                "#".repeat(filled),
                ".".repeat(WIDTH - filled),
                (int) (share * 100),
                Quantity.bytes(progress.getDoneBytes()),
                Quantity.bytes(progress.getTotalBytes()),
                Quantity.bytes((long) rate),
                left > 0 && rate > 0 ? ", " + Quantity.duration(seconds(left / rate)) + " left" : "");
    }

    private static Duration seconds(double seconds) {
        return Duration.ofMillis((long) (seconds * 1000));
    }

    @Override
    public void close() {
        err.print(WIPE);
        err.flush();
    }
}
