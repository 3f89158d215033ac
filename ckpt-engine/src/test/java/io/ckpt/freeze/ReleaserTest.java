package io.ckpt.freeze;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ckpt.kernel.Signals;
import io.ckpt.kernel.SystemCall;
import io.ckpt.procfs.ProcStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReleaserTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final long USR2 = 1L << (Signals.USR2 - 1);

    /** Of the standard form of XSAVE; see Intel SDM volume 1, 13.4. */
    private static final int FIRST_VECTOR = 160;

    private static final int FEATURES_IN_USE = 512;
    private static final int LEGACY_VECTORS = 2;

    @TempDir
    static Path directory;

    private static Path waiter;

    private record Saved(byte[] registers, byte[] extendedState, long mask) {}

    @BeforeAll
    static void compile() {
        waiter = Waiter.compile(directory);
    }

    @Test
    void putsThreadsBackWhereTheyWere() {
        try (Waiter program = Waiter.in(waiter, "threads", 500, SystemCall.CLOCK_NANOSLEEP)) {
            Map<Integer, Saved> saved = save(program.pid());
            await().until(() -> program.call() >= 0); // it has gone on, and sleeps elsewhere in the kernel
            try (Releaser releaser = Releaser.seize(PidNamespace.of(program.pid()), Set.of(program.pid()), LIMIT)) {
                List<Releaser.ParkedTask> tasks = releaser.tasks();
                assertThat(tasks).hasSize(2);
                assertThat(tasks.get(0).innerTid()).isEqualTo(program.pid());
                tasks.forEach(task -> load(releaser, task.tid(), saved.get(task.tid())));
                assertThat(releaser.call(program.pid(), SystemCall.GETPID)).isEqualTo(program.pid());
                releaser.release();
            }
            ProcStatus status = ProcStatus.parse(ProcFiles.text(program.pid() + "/status"));
            assertThat(status.blocked()).isEqualTo(USR2);
            assertThat(program.end()).isZero();
        }
    }

    /** The kernel takes no state but of its own length. */
    @Test
    void givesAThreadTheRegistersThatASmallerProcessorHad() {
        try (Waiter program = Waiter.in(waiter, "nanosleep", 60_000, SystemCall.CLOCK_NANOSLEEP)) {
            Saved before = save(program.pid()).get(program.pid());
            byte[] vectors = before.extendedState().clone();
            vectors[FIRST_VECTOR] ^= 1;
            vectors[FEATURES_IN_USE] |= LEGACY_VECTORS;
            try (Releaser releaser = Releaser.seize(PidNamespace.of(program.pid()), Set.of(program.pid()), LIMIT)) {
                byte[] smaller = Arrays.copyOf(vectors, vectors.length - 64);
                releaser.load(program.pid(), before.registers(), smaller, before.mask());
                releaser.release();
            }
            byte[] after = save(program.pid()).get(program.pid()).extendedState();
            assertThat(after).hasSameSizeAs(vectors);
            assertThat(after[FIRST_VECTOR]).isEqualTo(vectors[FIRST_VECTOR]);
        }
    }

    @Test
    void letsAStopSignalTakeEffect() {
        try (Waiter program = Waiter.in(waiter, "nanosleep", 60_000, SystemCall.CLOCK_NANOSLEEP)) {
            try (Releaser releaser = Releaser.seize(PidNamespace.of(program.pid()), Set.of(program.pid()), LIMIT)) {
                releaser.signal(program.pid(), Signals.STOP);
                releaser.release();
            }
            await().until(() -> ProcFiles.text(program.pid() + "/stat").contains(") T "));
        }
    }

    private static Map<Integer, Saved> save(int pid) {
        try (FrozenJob job = new Freezer().freeze(Set.of(pid), LIMIT)) {
            return job.processes().get(0).threads().stream()
                    .collect(Collectors.toMap(FrozenThread::tid, ((Function<FrozenThread, Saved>) thread ->
                            new Saved(thread.generalRegisters(), thread.extendedState(), thread.signalMask()))));
        }
    }

    private static void load(Releaser releaser, int tid, Saved saved) {
        releaser.load(tid, saved.registers(), saved.extendedState(), saved.mask() | USR2);
    }
}
