package io.ckpt.service;

import io.ckpt.progress.Progress;
import io.ckpt.v1.PhaseProgress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * Carries the progress of a journey to those who watch it, at most ten times a second within a phase, and adds up how
 * long each phase took. While a job may stand still, those who watch come second: to tell them takes the processors that
 * it waits for, so they hear of it a moment later.
 */
final class Reporter<T> implements Progress {
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Set<Phase> STANDSTILL = EnumSet.of(Phase.FREEZE, Phase.DESCRIBE, Phase.COPY, Phase.THAW);

    private final Watched<T> operation;
    private final BiFunction<T, PhaseProgress, T> with;
    private final Map<Phase, Long> nanosByPhase = new EnumMap<>(Phase.class);
    private final List<PhaseProgress> held = new ArrayList<>();
    private Optional<Phase> present = Optional.empty();
    private Instant phaseBegin = Instant.EPOCH;
    private long phaseStart;
    private long lastReport;

    /** @param with puts the progress into the resource */
    Reporter(Watched<T> operation, BiFunction<T, PhaseProgress, T> with) {
        this.operation = operation;
        this.with = with;
    }

    @Override
    public synchronized void phase(Phase phase) {
        endPhase();
        present = Optional.of(phase);
        phaseBegin = Instant.now();
        held.add(Messages.progress(phase, phaseBegin, 0, 0));
        if (!STANDSTILL.contains(phase)) {
            release();
        } else if (held.size() == 1) {
            CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(this::release);
        }
    }

    private synchronized void release() {
        held.forEach(progress -> operation.change(value -> with.apply(value, progress)));
        held.clear();
    }

    @Override
    public synchronized void bytes(long done, long total) {
        long now = System.nanoTime();
        boolean complete = total > 0 && done >= total;
        if (present.isEmpty() || !held.isEmpty() || (now - lastReport < PAUSE.toNanos() && !complete)) {
            return;
        }
        lastReport = now;
        operation.advance(value -> with.apply(value, Messages.progress(present.get(), phaseBegin, done, total)));
    }

    /** {@code freeze 3 ms, describe 12 ms}: the phases that have ended, and the present one so far. */
    synchronized String phases() {
        end();
        return nanosByPhase.entrySet().stream()
                .map(e -> e.getKey().name().toLowerCase(Locale.ROOT) + " " + e.getValue() / 1_000_000 + " ms")
                .collect(Collectors.joining(", "));
    }

    /** What is known is told, and nothing comes after it. */
    synchronized void end() {
        endPhase();
        release();
        present = Optional.empty();
    }

    private void endPhase() {
        long now = System.nanoTime();
        present.ifPresent(phase -> nanosByPhase.merge(phase, now - phaseStart, Long::sum));
        phaseStart = now;
    }
}
