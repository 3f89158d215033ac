package io.ckpt.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.image.Consolidation;
import io.ckpt.image.Seal;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two stores, and what comes from the one to the other. */
class StagingTest {
    private static final String JOB = "4711";

    @TempDir
    Path directory;

    private final FaultyDisk disk = new FaultyDisk();
    private Path localRoot;
    private Path sharedRoot;
    private Seal seal;
    private DirectoryStore local;
    private DirectoryStore shared;
    private Staging staging;

    @BeforeEach
    void makeStores() throws IOException {
        localRoot = Files.createDirectory(directory.resolve("local"));
        sharedRoot = Files.createDirectory(directory.resolve("shared"));
        seal = StoreCase.seal(directory);
        local = new DirectoryStore(localRoot, seal);
        shared = new DirectoryStore(place(disk), seal, disk, Clock.systemUTC());
        staging = staging(StagingTest::carry);
    }

    private StorePlace place(Disk writer) {
        return new StorePlace(sharedRoot, Optional.of(directory.resolve("stores")), writer);
    }

    private Staging staging(Staging.Carrier carrier) {
        return new Staging(
                local, shared, "n1", (from, into) -> new Consolidation(from, into, 1).write(seal, 1), carrier);
    }

    private static void carry(FileChannel from, FileChannel into) throws IOException {
        for (long at = 0; at < from.size(); ) {
            at += from.transferTo(at, from.size() - at, into);
        }
    }

    @Test
    void whatArrivesIsTheSameAndStaysInTheOwnStoreWhileItsJobRuns() throws IOException {
        String id = taken(0).id();

        assertThat(staging.bringNext(JOB)).map(StoredCheckpoint::id).contains(id);
        staging.settle(JOB, true);

        StoredCheckpoint arrived = shared.find(id);
        StoreCase.verify(arrived, seal);
        assertThat(Files.mismatch(arrived.image(), local.find(id).image())).isEqualTo(-1);
        assertThat(staging.waiting(JOB)).isEmpty();
        assertThat(staging.bringNext(JOB)).isEmpty();
        staging.settle(JOB, false);
        assertThat(localRoot.resolve(JOB)).doesNotExist();
    }

    @Test
    void ofSeveralThatStandAloneOnlyTheNewestComes() {
        taken(0);
        taken(0);
        String newest = taken(0).id();

        staging.bringNext(JOB);

        assertThat(ids(shared)).containsExactly(newest);
        assertThat(staging.bringNext(JOB)).isEmpty();
        assertThat(ids(local)).containsExactly(newest);
    }

    @Test
    void aChainComesLinkByLink() {
        String first = taken(0).id();
        String second = StoreCase.linked(local, JOB, 0, first, seal).id();
        String third = StoreCase.linked(local, JOB, 0, second, seal).id();

        staging.bringNext(JOB);
        staging.settle(JOB, true);
        assertThat(ids(shared)).containsExactly(first);
        staging.bringNext(JOB);
        staging.bringNext(JOB);
        staging.settle(JOB, true);

        assertThat(ids(shared)).containsExactly(third, second, first);
        assertThat(ids(local)).containsExactly(third);
        assertReadable(shared, third);
        assertReadable(local, third);
        assertThat(shared.find(third).manifest().orElseThrow().getLinksCount()).isEqualTo(2);
    }

    @Test
    void whatTakesFromOneThatIsAtHomeHereOnlyIsMadeToStandAlone() {
        String first = taken(0).id();
        staging.bringNext(JOB);
        String second = StoreCase.linked(local, JOB, 0, first, seal).id();
        shared.delete(first);

        staging.bringNext(JOB);

        assertThat(ids(shared)).containsExactly(second);
        assertThat(shared.find(second).manifest().orElseThrow().getLinksList()).isEmpty();
        assertReadable(shared, second);
    }

    @Test
    void aCheckpointCanTakeFromOneThatWasConsolidatedMeanwhile() {
        String first = taken(0).id();
        String second = StoreCase.linked(local, JOB, 0, first, seal).id();
        staging.bringNext(JOB);
        staging.bringNext(JOB);
        local.consolidate(second, (from, into) -> new Consolidation(from, into, 1).write(seal, 1));
        String third = StoreCase.linked(local, JOB, 0, second, seal).id();

        staging.bringNext(JOB);

        assertThat(ids(shared)).containsExactly(third, second, first);
        ids(shared).forEach(id -> assertReadable(shared, id));
    }

    @Test
    void aRunThatIsOverBringsNothing() {
        taken(1);
        shared.advance(JOB, 2);

        assertThat(staging.bringNext(JOB)).isEmpty();

        assertThat(ids(shared)).isEmpty();
        assertThat(ids(local)).isEmpty();
    }

    @Test
    void aFormerJobOfTheSameNameHoldsNothingUp() {
        String former = taken(3).id();
        staging.bringNext(JOB);
        taken(3);
        shared.reset(JOB, 0);

        staging.begin(JOB, 0);
        String fresh = taken(0).id();

        assertThat(staging.bringNext(JOB)).map(StoredCheckpoint::id).contains(fresh);
        assertThat(ids(shared)).containsExactly(fresh, former);
        assertThat(staging.waiting(JOB)).isEmpty();
    }

    @Test
    void aFormerJobOfTheSameNameThatLivedLongerMakesNothingUseless() {
        String former =
                StoreCase.checkpoint(shared, JOB, 100, Duration.ofDays(1), seal).id();
        String fresh = StoreCase.checkpoint(local, JOB, 200, Duration.ofMinutes(1), seal)
                .id();

        staging.bringNext(JOB);

        assertThat(ids(shared)).containsExactlyInAnyOrder(former, fresh);
    }

    @Test
    void whatAFormerJobOfTheSameNameHasLeftOnAnotherNodeStaysThere() {
        StoredCheckpoint left = taken(3);
        StoreCase.checkpoint(shared, JOB, 3, 1, seal);
        shared.reset(JOB, 0);

        assertThatThrownBy(() -> staging.bring(left.id(), left::isReplacedBy))
                .hasMessageContaining("run 0 of job 4711 has begun");
        assertThat(staging.bringNext(JOB)).isEmpty();

        StoreCase.checkpoint(shared, JOB, 0, 1, seal);
    }

    @Test
    void aRunThatEndsWhileItsImageIsCarriedBringsNothing() {
        String durable = taken(1).id();
        staging.bringNext(JOB);
        taken(1);
        Staging overtaken = staging((from, into) -> {
            carry(from, into);
            shared.advance(JOB, 2);
        });

        assertThatThrownBy(() -> overtaken.bringNext(JOB)).hasMessageContaining("run 2 of job 4711 has begun");

        assertThat(ids(shared)).containsExactly(durable);
        assertThat(overtaken.bringNext(JOB)).isEmpty();
    }

    @Test
    void whatIsDeletedOnItsWayDoesNotArrive() {
        String id = taken(0).id();
        Staging deleted = staging((from, into) -> {
            carry(from, into);
            staging.delete(id);
        });

        assertThat(catchThrowableOfType(Fault.class, () -> deleted.bringNext(JOB))
                        .code())
                .isEqualTo(FaultCode.NOT_FOUND);

        assertThat(ids(shared)).isEmpty();
        assertNothingHalf();
    }

    @Test
    void deletingMeansBothStores() {
        String id = taken(0).id();
        staging.bringNext(JOB);

        assertThat(staging.delete(id)).isTrue();

        assertThat(ids(local)).isEmpty();
        assertThat(ids(shared)).isEmpty();
        assertThat(staging.delete(id)).isFalse();
    }

    @Test
    void aStoreIsNeverEmptiedIntoItself() throws IOException {
        String id = StoreCase.checkpoint(shared, JOB, 0, 1, seal).id();
        Path alias = Files.createSymbolicLink(directory.resolve("alias"), sharedRoot);
        Staging circle =
                new Staging(new DirectoryStore(alias, seal), shared, "n1", (from, into) -> {}, StagingTest::carry);

        assertThatThrownBy(() -> circle.bringNext(JOB)).hasMessageContaining("the shared store itself");
        assertThatThrownBy(() -> circle.settle(JOB, false)).hasMessageContaining("the shared store itself");

        assertThat(ids(shared)).containsExactly(id);
    }

    @Test
    void aDurableOneThatIsNewerMakesItUseless() {
        taken(0);
        String newer = StoreCase.checkpoint(shared, JOB, 0, 1, seal).id();

        assertThat(staging.bringNext(JOB)).isEmpty();

        assertThat(ids(shared)).containsExactly(newer);
        assertThat(ids(local)).isEmpty();
    }

    @Test
    void nothingGoesWhereTheSharedStoreIsNotMounted() throws IOException {
        String durable = taken(0).id();
        staging.bringNext(JOB);
        String id = taken(0).id();
        Path mounted = Files.move(sharedRoot, directory.resolve("mounted"));
        Files.createDirectory(sharedRoot);

        assertNothingIsBroughtNorTaken(staging, shared);
        DirectoryStore sharedOfTheNextDaemon = new DirectoryStore(place(new Disk()), seal);
        assertNothingIsBroughtNorTaken(
                new Staging(local, sharedOfTheNextDaemon, "n1", (from, into) -> {}, StagingTest::carry),
                sharedOfTheNextDaemon);

        assertThat(sharedRoot).isEmptyDirectory();
        Files.delete(sharedRoot);
        Files.move(mounted, sharedRoot);
        assertThat(staging.bringNext(JOB)).map(StoredCheckpoint::id).contains(id);
        assertThat(ids(shared)).containsExactly(id, durable);
    }

    @Test
    void aDaemonThatBeginsWhileTheSharedStoreIsNotMountedWritesNothingThere() throws IOException {
        taken(0);
        staging.bringNext(JOB);
        staging.settle(JOB, false);
        Files.move(sharedRoot, directory.resolve("mounted"));
        Files.createDirectory(sharedRoot);
        DirectoryStore sharedOfTheNextDaemon = new DirectoryStore(place(new Disk()), seal);

        assertThat(new Staging(local, sharedOfTheNextDaemon, "n1", (from, into) -> {}, StagingTest::carry).jobs())
                .isEmpty();

        assertThatThrownBy(() -> sharedOfTheNextDaemon.begin(JOB, 0))
                .hasMessageContaining("is not the store that was there before");
    }

    private void assertNothingIsBroughtNorTaken(Staging from, DirectoryStore into) {
        assertThatThrownBy(() -> from.bringNext(JOB)).hasMessageContaining("is not the store that was there before");
        assertThat(from.waiting(JOB)).isNotEmpty();
        assertThat(from.jobs()).containsExactly(JOB);
        assertThatThrownBy(() -> into.begin(JOB, 0)).hasMessageContaining("is not the store that was there before");
    }

    @Test
    void aSharedStoreThatGoesWhileItIsWrittenToGetsNothing() {
        taken(0);
        staging.bringNext(JOB);
        String id = taken(0).id();
        Path aside = directory.resolve("mounted");
        Staging unlucky = staging((from, into) -> {
            carry(from, into);
            Files.move(sharedRoot, aside);
            Files.createDirectories(sharedRoot.resolve(JOB));
        });

        assertThatThrownBy(() -> unlucky.bringNext(JOB)).isInstanceOf(Fault.class);

        assertThat(staging.waiting(JOB)).map(StoredCheckpoint::id).containsExactly(id);
    }

    @Test
    void anotherSharedStoreIsTakenWhenTheNoteOfThisOneIsRemoved() throws IOException {
        taken(0);
        staging.bringNext(JOB);
        String id = taken(0).id();
        Files.move(sharedRoot, directory.resolve("former"));
        Files.createDirectory(sharedRoot);
        assertThatThrownBy(() -> staging.bringNext(JOB)).hasMessageContaining("is not the store");

        Files.delete(directory.resolve("stores"));

        staging.bringNext(JOB);
        assertThat(ids(shared)).containsExactly(id);
    }

    @Test
    void whatWasReplacedWhileACheckpointWasWrittenGoesAlthoughNoOtherIsBegun() {
        for (Runnable next : List.<Runnable>of(() -> staging.settle(JOB, true), () -> staging.dropReplaced(JOB))) {
            String replaced = taken(0).id();
            taken(0);
            try (PendingCheckpoint given = local.begin(JOB, 0)) {
                staging.bringNext(JOB);
                assertThat(staging.bringNext(JOB)).isEmpty();
            }
            assertThat(localRoot.resolve(JOB).resolve(".retired-" + replaced)).exists();

            next.run();

            assertThat(localRoot.resolve(JOB).resolve(".retired-" + replaced)).doesNotExist();
        }
    }

    @Test
    void theOwnStoreDoesNotFillWhileTheSharedOneFails() {
        disk.failAfter(0, true);
        String last = "";
        String lastButOne = "";
        for (int i = 0; i < 5; i++) {
            lastButOne = last;
            last = taken(0).id();
            assertThatThrownBy(() -> staging.bringNext(JOB)).isInstanceOf(Fault.class);
            staging.dropReplaced(JOB);
        }

        assertThat(ids(local)).containsExactlyInAnyOrder(last, lastButOne);
    }

    @Test
    void ofChainsTheLastTwoAreKeptWhileTheSharedStoreFails() {
        taken(0);
        String first = taken(0).id();
        String second = StoreCase.linked(local, JOB, 0, first, seal).id();
        String third = taken(0).id();
        String fourth = StoreCase.linked(local, JOB, 0, third, seal).id();

        staging.dropReplaced(JOB);

        assertThat(ids(local)).containsExactlyInAnyOrder(first, second, third, fourth);
        ids(local).forEach(id -> assertReadable(local, id));
    }

    @Test
    void whatAFormerJobOfTheSameNameHasLeftReplacesNothing() {
        String former = taken(3).id();
        String last = taken(3).id();
        staging.begin(JOB, 0);
        String ours = taken(0).id();

        staging.dropReplaced(JOB);

        assertThat(ids(local)).containsExactlyInAnyOrder(former, last, ours);
    }

    @Test
    void whatIsBeingCarriedIsKeptHoweverSlowTheSharedStore() {
        String carried = taken(0).id();
        Staging[] slow = new Staging[1];
        slow[0] = staging((from, into) -> {
            taken(0);
            taken(0);
            slow[0].dropReplaced(JOB);
            carry(from, into);
        });

        assertThat(slow[0].bringNext(JOB)).map(StoredCheckpoint::id).contains(carried);
    }

    @Test
    void aClockThatIsSetBackMakesNothingUseless() {
        String before = taken(0).id();
        staging.bringNext(JOB);
        String after = taken(0, Duration.ofHours(-1)).id();

        assertThat(staging.bringNext(JOB)).map(StoredCheckpoint::id).contains(after);
        staging.settle(JOB, true);

        assertThat(ids(shared)).containsExactlyInAnyOrder(before, after);
        assertThat(ids(local)).containsExactly(after);
    }

    @Test
    void aCheckpointThatRotsBeforeItArrivesStandsInNobodysWay() throws IOException {
        String first = taken(0).id();
        Path rotten = taken(0).image();
        try (RandomAccessFile file = new RandomAccessFile(rotten.toFile(), "rw")) {
            file.seek(1000);
            file.write(1);
        }

        assertThat(catchThrowableOfType(Fault.class, () -> staging.bringNext(JOB))
                        .code())
                .isEqualTo(FaultCode.IMAGE_DAMAGED);
        staging.bringNext(JOB);

        assertThat(ids(shared)).containsExactly(first);
        assertNothingHalf();
    }

    @Test
    void aByteThatChangesOnTheWayIsNoticed() {
        String id = taken(0).id();
        Staging careless = staging((from, into) -> {
            carry(from, into);
            into.write(java.nio.ByteBuffer.wrap(new byte[] {1}), 1000);
        });

        assertThat(catchThrowableOfType(Fault.class, () -> careless.bringNext(JOB))
                        .code())
                .isEqualTo(FaultCode.IMAGE_DAMAGED);

        assertThat(ids(shared)).isEmpty();
        assertThat(staging.bringNext(JOB)).map(StoredCheckpoint::id).contains(id);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyOperationOnTheSharedStoreMayFail(boolean staysDead) {
        String durable = taken(0).id();
        staging.bringNext(JOB);
        boolean reached = true;
        int failures = 0;
        for (; reached; failures++) {
            String id = taken(0).id();
            disk.failAfter(failures, staysDead);
            try {
                staging.bringNext(JOB);
            } catch (Fault fault) {
                assertThat(fault).hasMessageContaining("Input/output error");
            }
            reached = disk.hasFailed();
            disk.heal();

            assertThat(shared.list(JOB)).allMatch(StoredCheckpoint::isGood);
            assertThat(ids(shared)).contains(durable);
            new Staging(local, shared, "n1", (from, into) -> {}, StagingTest::carry).bringNext(JOB);
            assertThat(ids(shared)).contains(id);
            assertThat(staging.waiting(JOB)).isEmpty();
            assertNothingHalf();
        }
        assertThat(failures).isGreaterThan(12);
    }

    @Test
    void aFullSharedStoreIsNamedAndTriedAgain() throws IOException {
        assumeTrue(Files.getAttribute(sharedRoot, "unix:uid").equals(0), "only root can mount");
        SmallDisk.run("mount", "-t", "tmpfs", "-o", "size=6m,mode=700", "tmpfs", sharedRoot.toString());
        try {
            String durable = taken(0).id();
            staging.bringNext(JOB);
            String large = StoreCase.checkpoint(local, JOB, 0, 8, seal).id();

            assertThat(catchThrowableOfType(Fault.class, () -> staging.bringNext(JOB))
                            .code())
                    .isEqualTo(FaultCode.STORE_FULL);
            assertThat(ids(shared)).containsExactly(durable);
            assertNothingHalf();
            SmallDisk.run("mount", "-o", "remount,size=20m", sharedRoot.toString());

            assertThat(staging.bringNext(JOB)).map(StoredCheckpoint::id).contains(large);
        } finally {
            SmallDisk.run("umount", sharedRoot.toString());
        }
    }

    @Test
    void whatIsNotOfAStoreStays() throws IOException {
        Path file = Files.createFile(
                Files.createDirectories(localRoot.resolve("users")).resolve("data"));
        taken(0);
        Files.createFile(localRoot.resolve(JOB).resolve("notes.txt"));

        for (String job : staging.jobs()) {
            staging.bringNext(job);
            staging.settle(job, false);
        }
        staging.settle("users", false);

        assertThat(file).exists();
        assertThat(localRoot.resolve(JOB).resolve("notes.txt")).exists();
        assertThat(ids(local)).isEmpty();
    }

    @Test
    void whatAnotherDaemonHasIsNotBroughtAway() {
        staging.claim();
        taken(0);
        Staging others = new Staging(local, shared, "n2", (from, into) -> {}, StagingTest::carry);

        assertThatThrownBy(others::claim).hasMessageContaining("is that of another ckptd: n1");
        assertThatThrownBy(others::jobs).hasMessageContaining("is that of another ckptd: n1");
        assertThatThrownBy(() -> others.waiting(JOB)).hasMessageContaining("is that of another ckptd: n1");

        staging.claim();
        assertThat(staging.jobs()).containsExactly(JOB);
    }

    @Test
    void oneThatANewerHasReplacedIsAsGoodAsBrought() {
        StoredCheckpoint asked = taken(0);
        String newer = taken(0).id();
        staging.bringNext(JOB);
        staging.bringNext(JOB);
        assertThat(ids(local)).containsExactly(newer);

        assertThat(staging.bring(asked.id(), asked::isReplacedBy).id()).isEqualTo(newer);
    }

    @Test
    void whichIsNewerIsToldByTheJobNotByTheClocksOfNodes() {
        StoredCheckpoint older = taken(0);
        staging.bringNext(JOB);
        StoredCheckpoint asked = taken(0, Duration.ofHours(-2));
        assertThat(staging.delete(asked.id())).isTrue();
        assertThatThrownBy(() -> staging.bring(asked.id(), asked::isReplacedBy))
                .as("%s is older", older.id())
                .hasMessageContaining("no longer there");

        StoredCheckpoint newer = taken(0, Duration.ofHours(-3));
        staging.bringNext(JOB);

        assertThat(staging.bring(asked.id(), asked::isReplacedBy).id()).isEqualTo(newer.id());
    }

    @Test
    void whatCannotBeReadForAMomentMayBeNewerAndWhatIsDamagedIsNot() throws IOException {
        Path image = taken(0).image();
        Files.move(image, image.resolveSibling("aside"));
        Files.writeString(image, "rotten");
        staging.requireLegible(JOB);
        assertThat(staging.damaged(JOB)).hasSize(1);

        Files.delete(image);
        Files.createDirectory(image);
        assertThatThrownBy(() -> staging.requireLegible(JOB)).isInstanceOf(Fault.class);
    }

    @Test
    void whatCannotBeReadForAMomentIsNotDeleted() throws IOException {
        Path image = taken(0).image();
        Path aside = Files.move(image, image.resolveSibling("aside"));
        Files.createDirectory(image);
        staging.bringNext(JOB);

        assertThat(catchThrowableOfType(Fault.class, () -> staging.settle(JOB, false))
                        .code())
                .isEqualTo(FaultCode.IO_ERROR);

        assertThat(aside).exists();
    }

    @Test
    void whatArrivedAndRottedIsBroughtOnceMore() throws IOException {
        StoredCheckpoint taken = taken(0);
        Path there = sharedRoot.resolve(JOB).resolve(taken.id());
        shared.advance(JOB, 0);
        Files.createDirectory(there);
        Files.write(there.resolve("image.tar"), new byte[4096]);
        assertThat(shared.find(taken.id()).isGood()).isFalse();

        assertThat(staging.bringNext(JOB)).map(StoredCheckpoint::isGood).contains(true);

        assertReadable(shared, taken.id());
    }

    private StoredCheckpoint taken(int generation) {
        return StoreCase.checkpoint(local, JOB, generation, 1, seal);
    }

    /** @param error of the node's clock */
    private StoredCheckpoint taken(int generation, Duration error) {
        Clock clock = Clock.offset(Clock.systemUTC(), error);
        DirectoryStore same = new DirectoryStore(StorePlace.unknown(localRoot), seal, new Disk(), clock);
        return StoreCase.checkpoint(same, JOB, generation, 1, seal);
    }

    private static List<String> ids(Store store) {
        return store.list(JOB).stream().map(StoredCheckpoint::id).toList();
    }

    private static void assertReadable(Store store, String id) {
        try (var image = store.open(store.find(id))) {
            image.verify(1);
        }
    }

    private void assertNothingHalf() {
        try (Stream<Path> children = Files.list(sharedRoot.resolve(JOB))) {
            assertThat(children.map(child -> child.getFileName().toString()))
                    .noneMatch(name -> name.startsWith(".arriving") || name.startsWith(".deleted"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
