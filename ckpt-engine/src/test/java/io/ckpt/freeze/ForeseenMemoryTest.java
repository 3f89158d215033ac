package io.ckpt.freeze;

import static org.assertj.core.api.Assertions.assertThat;

import io.ckpt.procfs.NumaMaps;
import io.ckpt.procfs.ProcMaps;
import io.ckpt.procfs.Smaps;
import io.ckpt.procfs.Vma;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class ForeseenMemoryTest {
    private static final ForeseenMemory.Memory NOTHING = new ForeseenMemory.Memory(Smaps.parse(""), Optional.empty());

    /** As when a task of it waits in mmap(2) for a file system that hangs. */
    private static final int HELD = 2;

    @Test
    void aProcessOfWhichNobodyCanReadHoldsNobodyUp() {
        CountDownLatch ever = new CountDownLatch(1);
        Set<Integer> pids = new LinkedHashSet<>(List.of(1, HELD, 3));

        ForeseenMemory memory = ForeseenMemory.of(pids, Duration.ofMillis(50), hangingAt(ever));

        assertThat(memory.tellsOf(1)).isTrue();
        assertThat(memory.tellsOf(HELD)).isFalse();
        ever.countDown();
    }

    @Test
    void whatCanBeReadIsWaitedFor() {
        int self = (int) ProcessHandle.current().pid();

        ForeseenMemory memory = ForeseenMemory.of(Set.of(self), Duration.ofSeconds(5));

        assertThat(memory.tellsOf(self)).isTrue();
    }

    @Test
    void policiesAreKnownOfMappingsThatStayedAsTheyWere() {
        int self = (int) ProcessHandle.current().pid();
        List<Vma> firstOne =
                ProcMaps.parse(ProcFiles.text(self + "/maps")).vmas().subList(0, 1);
        List<Vma> another =
                ProcMaps.parse("10000-11000 rw-p 00000000 00:00 0 \n").vmas();

        ForeseenMemory memory = ForeseenMemory.of(Set.of(self), Duration.ofSeconds(5));

        assertThat(memory.policies(self, firstOne)).contains(new NumaMaps(Set.of()));
        assertThat(memory.policies(self, another)).isEmpty();
    }

    private static IntFunction<Optional<ForeseenMemory.Memory>> hangingAt(CountDownLatch ever) {
        return pid -> {
            if (pid == HELD) {
                await(ever);
            }
            return Optional.of(NOTHING);
        };
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
