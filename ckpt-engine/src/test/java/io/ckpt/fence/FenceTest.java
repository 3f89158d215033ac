package io.ckpt.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.store.SmallDisk;
import io.ckpt.store.StorePlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FenceTest {
    private static final Duration LEASE = Duration.ofSeconds(10);
    private static final IntPredicate NOBODY_KNOWS = generation -> false;

    @TempDir
    Path directory;

    private Path shared;

    private final FakePace pace = new FakePace();
    private Fence one;
    private Fence two;

    @BeforeEach
    void bootTwoNodes() throws IOException {
        shared = Files.createDirectory(directory.resolve("shared"));
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
        Path mounted = unmount();

        assertThatThrownBy(one::beat).hasMessageContaining("is not the store that was there before");
        assertThatThrownBy(() -> one.acquire("7", 0, NOBODY_KNOWS)).isInstanceOf(Fault.class);
        pace.pause(LEASE);

        assertThat(one.lost()).isTrue();
        assertThat(one.silence()).isPresent();
        assertThat(shared).isEmptyDirectory();
        mount(mounted);
        one.beat();
        assertThat(one.lost()).isFalse();
        assertThat(one.silence()).isEmpty();
    }

    @Test
    void nothingHalfIsLeftOnAFullStore() throws IOException, InterruptedException {
        Path small = Files.createDirectory(directory.resolve("small"));
        try (SmallDisk disk = SmallDisk.mountedAt(small)) {
            Fence full = new Fence(StorePlace.unknown(small), new NodeIdentity("n1", "boot-a"), LEASE, pace);
            full.beat();
            full.acquire("6", 0, NOBODY_KNOWS);
            disk.fill();

            full.beat();
            assertThatThrownBy(() -> full.acquire("7", 0, NOBODY_KNOWS)).hasMessageContaining("No space left");
            assertThatThrownBy(() -> full.bear("6", Instant.EPOCH)).hasMessageContaining("No space left");
            assertThat(full.lost()).isFalse();
            assertThat(small.resolve(".cluster/leases/7")).isEmptyDirectory();
            assertThat(full.born("6")).isEmpty();

            disk.free();
            full.acquire("7", 0, NOBODY_KNOWS);
            full.bear("7", Instant.EPOCH);
            assertThat(full.born("7")).contains(Instant.EPOCH);
        }
    }

    @Test
    void anEmptyMarkTellsNoStoreFromAMountPoint() throws IOException {
        Files.writeString(shared.resolve(".store"), "");
        Fence three = boot("n3", "boot-c");

        assertThatThrownBy(three::beat).hasMessageContaining(".store, is empty");
        Files.delete(shared.resolve(".store"));
        three.beat();

        unmount();
        assertThatThrownBy(three::beat).isInstanceOf(Fault.class);
    }

    @Test
    void aDaemonThatBeginsWhileTheStoreIsNotMountedIsSilent() throws IOException, InterruptedException {
        one.acquire("7", 0, NOBODY_KNOWS);
        Path mounted = unmount();
        Fence next = boot("n1", "boot-a");

        assertThatThrownBy(next::beat).isInstanceOfSatisfying(Fault.class, fault -> assertThat(fault.code())
                .isEqualTo(FaultCode.IO_ERROR));
        assertThatThrownBy(() -> next.acquire("8", 0, NOBODY_KNOWS)).isInstanceOf(Fault.class);
        pace.pause(LEASE);

        assertThat(next.lost()).isTrue();
        assertThat(shared).isEmptyDirectory();
        mount(mounted);
        next.beat();
        assertThat(next.superseded("7", -1)).isTrue();
    }

    @Test
    void whatLiesBelowAMountPointIsNotBelieved() throws IOException, InterruptedException {
        one.acquire("7", 0, NOBODY_KNOWS);
        Path copy = Files.createDirectories(directory.resolve("copy/.cluster/leases/7"));
        Files.copy(shared.resolve(".cluster/leases/7/0"), copy.resolve("1"));
        unmount();
        Files.move(directory.resolve("copy"), shared, StandardCopyOption.REPLACE_EXISTING);

        assertThatThrownBy(() -> one.superseded("7", 0)).hasMessageContaining("is not the store");
        assertThatThrownBy(() -> one.born("7")).hasMessageContaining("is not the store");
    }

    @Test
    void nobodyIsDeadWhileTheStoreIsNotThere() throws IOException, InterruptedException {
        one.acquire("7", 0, NOBODY_KNOWS);
        Path mounted = unmount();
        pace.advance(LEASE.multipliedBy(3));

        assertThatThrownBy(two::beat).isInstanceOf(Fault.class);
        assertThat(two.silent("n1")).isFalse();
        mount(mounted);
        one.beat();
        pace.meanwhile(this::beat);
        assertThatThrownBy(() -> two.acquire("7", 1, NOBODY_KNOWS)).hasMessageContaining("has not stopped");
    }

    /** A mount point with nothing mounted is empty. */
    private Path unmount() throws IOException {
        Path mounted = Files.move(shared, directory.resolve("mounted"));
        Files.createDirectory(shared);
        return mounted;
    }

    private void mount(Path mounted) throws IOException {
        Files.delete(shared);
        Files.move(mounted, shared);
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
        one.beat();
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
    void theBirthOfAJobIsKnownAlsoWhileItIsSaidOnceMore() throws InterruptedException {
        Instant now = Instant.parse("2026-01-02T03:04:05Z");
        one.bear("7", now);
        Thread again = new Thread(() -> IntStream.range(0, 200).forEach(i -> one.bear("7", now)));
        again.start();

        while (again.isAlive()) {
            assertThat(two.born("7")).contains(now);
        }
        again.join();
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
        return new Fence(StorePlace.known(shared, directory.resolve(name)), new NodeIdentity(name, boot), LEASE, pace);
    }

    private void beat() {
        one.beat();
        two.beat();
    }
}
