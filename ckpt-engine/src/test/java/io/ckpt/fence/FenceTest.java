package io.ckpt.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ckpt.fault.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FenceTest {
    private static final Duration LEASE = Duration.ofSeconds(10);
    private static final IntPredicate NOBODY_KNOWS = generation -> false;

    @TempDir
    Path shared;

    private final FakePace pace = new FakePace();
    private Fence one;
    private Fence two;

    @BeforeEach
    void bootTwoNodes() {
        one = boot("n1", "boot-a");
        two = boot("n2", "boot-b");
        beat();
    }

    @Test
    void aGenerationIsLeasedOnce() throws InterruptedException {
        one.acquire("7", 0, NOBODY_KNOWS);

        assertThatThrownBy(() -> two.acquire("7", 0, NOBODY_KNOWS))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("was leased to node n1");
    }

    @Test
    void aNodeWhoseSharedDirectoryIsNotMountedAnyMoreIsSilent() throws IOException {
        Path mounted = Files.move(shared, shared.resolveSibling(shared.getFileName() + "-mounted"));

        assertThatThrownBy(one::beat).hasMessageStartingWith("heartbeat");
        assertThatThrownBy(() -> one.acquire("7", 0, NOBODY_KNOWS)).hasMessageStartingWith("lease");
        pace.pause(LEASE);

        assertThat(one.lost()).isTrue();
        assertThat(shared).doesNotExist();
        Files.move(mounted, shared);
        one.beat();
        assertThat(one.lost()).isFalse();
    }

    @Test
    void aNodeMayAskAgainForWhatItHas() throws InterruptedException {
        one.acquire("7", 0, NOBODY_KNOWS);
        one.acquire("7", 0, NOBODY_KNOWS);

        assertThat(one.superseded("7", 0)).isFalse();
    }

    @Test
    void aLaterGenerationWaitsUntilTheEarlierIsDropped() throws InterruptedException {
        one.acquire("7", 0, NOBODY_KNOWS);
        long before = pace.nanoTime();
        pace.meanwhile(() -> {
            beat();
            if (pace.nanoTime() - before >= Duration.ofSeconds(3).toNanos()) {
                one.release("7", 0);
            }
        });

        two.acquire("7", 1, NOBODY_KNOWS);

        assertThat(Duration.ofNanos(pace.nanoTime() - before)).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void theHolderOfAnEarlierGenerationSeesThatItIsSuperseded() throws InterruptedException {
        one.acquire("7", 0, NOBODY_KNOWS);
        boolean[] seen = new boolean[1];
        pace.meanwhile(() -> {
            beat();
            seen[0] = one.superseded("7", 0);
            one.release("7", 0);
        });

        two.acquire("7", 1, NOBODY_KNOWS);

        assertThat(seen[0]).isTrue();
    }

    @Test
    void aLaterGenerationIsRefusedWhileTheEarlierHolderLivesAndDoesNotStop() throws InterruptedException {
        one.acquire("7", 0, NOBODY_KNOWS);
        pace.meanwhile(this::beat);

        assertThatThrownBy(() -> two.acquire("7", 1, NOBODY_KNOWS))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("generation 0 of job 7 on node n1 has not stopped");
        assertThat(one.superseded("7", 0)).as("the refused one keeps no lease").isFalse();
    }

    @Test
    void aSilentHolderIsWaitedForTwiceTheLeaseTime() throws InterruptedException {
        one.acquire("7", 0, NOBODY_KNOWS);
        long before = pace.nanoTime();
        pace.meanwhile(two::beat);

        two.acquire("7", 1, NOBODY_KNOWS);

        assertThat(Duration.ofNanos(pace.nanoTime() - before)).isEqualTo(LEASE.multipliedBy(2));
    }

    @Test
    void silenceBeforeWeLookedDoesNotCount() throws InterruptedException {
        one.acquire("7", 0, NOBODY_KNOWS);
        pace.advance(LEASE.multipliedBy(5));
        Fence late = boot("n3", "boot-c");
        late.beat();
        long before = pace.nanoTime();
        pace.meanwhile(late::beat);

        late.acquire("7", 1, NOBODY_KNOWS);

        assertThat(Duration.ofNanos(pace.nanoTime() - before)).isEqualTo(LEASE.multipliedBy(2));
    }

    @Test
    void aHolderThatHasBootedSinceIsNotWaitedFor() throws InterruptedException {
        one.acquire("7", 0, NOBODY_KNOWS);
        boot("n1", "boot-later").beat();
        two.beat();
        long before = pace.nanoTime();

        two.acquire("7", 1, NOBODY_KNOWS);

        assertThat(pace.nanoTime()).isEqualTo(before);
    }

    @Test
    void anEarlierGenerationNeverRunsAfterALaterOne() throws InterruptedException {
        two.acquire("7", 1, NOBODY_KNOWS);

        assertThatThrownBy(() -> one.acquire("7", 0, generation -> true))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("out of date");
    }

    @Test
    void aSchedulerThatCountsAnewOverrulesTheLeaseOfADeadNode() throws InterruptedException {
        two.acquire("7", 4, NOBODY_KNOWS);
        pace.advance(LEASE.multipliedBy(2));

        one.acquire("7", 0, generation -> true);

        assertThat(one.superseded("7", 0)).isFalse();
    }

    @Test
    void aNodeIsLostWhenItCouldNotBeatForTheLeaseTime() {
        pace.advance(LEASE.minusMillis(1));
        assertThat(one.lost()).isFalse();

        pace.advance(Duration.ofMillis(1));
        assertThat(one.lost()).isTrue();

        one.beat();
        assertThat(one.lost()).isFalse();
    }

    @Test
    void aBeatThatCannotBeWrittenDoesNotCount() throws Exception {
        pace.advance(LEASE);
        Files.move(shared, shared.resolveSibling("gone"));
        Files.writeString(shared, "no directory");

        assertThatThrownBy(one::beat).isInstanceOf(Fault.class);
        assertThat(one.lost()).isTrue();
        Files.delete(shared);
        Files.move(shared.resolveSibling("gone"), shared);
    }

    @Test
    void aLostNodeIsNotYetDeadToTheOthers() throws InterruptedException {
        one.acquire("7", 0, NOBODY_KNOWS);
        pace.advance(LEASE);
        two.beat();

        assertThat(one.lost()).isTrue();
        assertThat(two.orphans()).isEmpty();
    }

    @Test
    void theBirthOfAJobIsRemembered() {
        Instant now = Instant.parse("2026-01-02T03:04:05Z");
        one.bear("7", now);

        assertThat(two.born("7")).contains(now);
        assertThat(two.born("8")).isEmpty();
    }

    @Test
    void oneNodeSpeaksForADeadOne() {
        Fence three = boot("n3", "boot-c");
        pace.advance(LEASE.multipliedBy(2));
        two.beat();
        three.beat();
        two.beat();

        NodeIdentity dead = one.node();
        assertThat(two.speaksFor(dead)).isTrue();
        assertThat(three.speaksFor(dead)).isFalse();
    }

    private Fence boot(String name, String boot) {
        return new Fence(shared, new NodeIdentity(name, boot), LEASE, pace);
    }

    private void beat() {
        one.beat();
        two.beat();
    }
}
