package io.ckpt.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.image.Consolidation;
import io.ckpt.image.ImageFormat;
import io.ckpt.image.ImageReader;
import io.ckpt.image.Seal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryStoreTest {
    @TempDir
    Path directory;

    private Path root;
    private Seal seal;
    private Store store;

    @BeforeEach
    void makeStore() throws IOException {
        root = Files.createDirectory(directory.resolve("store"));
        seal = StoreCase.seal(directory);
        store = new DirectoryStore(root, seal);
    }

    @Test
    void findsWhatWasCommitted() {
        StoredCheckpoint written = checkpoint("4711");

        StoredCheckpoint found = store.find(written.id());

        assertThat(found.isGood()).isTrue();
        assertThat(found.manifest().orElseThrow().getJobId()).isEqualTo("4711");
        assertThat(written.id()).matches("4711-\\d{8}T\\d{6}Z-[0-9a-f]{4}");
        assertThat(store.latest("4711").id()).isEqualTo(written.id());
        StoreCase.verify(found, seal);
    }

    @Test
    void keepsWhatACheckpointUnderWayTakesFrom() {
        String first = checkpoint("4711").id();
        String second = StoreCase.linked(store, "4711", 0, first, seal).id();

        StoredCheckpoint third = StoreCase.linked(store, "4711", 0, second, seal, () -> {
            store.consolidate(second, (from, into) -> new Consolidation(from, into, 1).write(seal, 1));
            store.delete(first);
            store.sweep();
        });

        assertThat(store.find(third.id()).isGood()).isTrue();
        try (ImageReader image = store.open(store.find(third.id()))) {
            image.verify(1);
        }
        store.delete(third.id());
        assertThat(root.resolve("4711").resolve(".retired-" + first)).doesNotExist();
        assertThat(root.resolve("4711").resolve(second).resolve(ImageFormat.FORMER_FILE))
                .doesNotExist();
    }

    @Test
    void aClockThatIsSetBackMakesNoCheckpointOlder() {
        DirectoryStore setBack = new DirectoryStore(
                StorePlace.unknown(root), seal, new Disk(), Clock.offset(Clock.systemUTC(), Duration.ofHours(-1)));
        String former = StoreCase.checkpoint(setBack, "7", 1000, Duration.ofDays(9), seal)
                .id();
        String first = StoreCase.checkpoint(store, "7", 2000, Duration.ofMinutes(1), seal)
                .id();
        String others = StoreCase.checkpoint(store, "8", 2000, Duration.ofMinutes(1), seal)
                .id();
        String second = StoreCase.checkpoint(setBack, "7", 2000, Duration.ofMinutes(2), seal)
                .id();

        assertThat(store.list("7")).map(StoredCheckpoint::id).containsExactly(second, first, former);
        assertThat(store.list()).map(StoredCheckpoint::id).containsExactly(others, second, first, former);
        assertThat(store.latest("7").id()).isEqualTo(second);
        assertThat(store.prune("7", 1)).containsExactly(first, former);
    }

    @Test
    void whereNothingIsKnownOfAJobsBirthTheClockOfTheNodeTells() {
        String first = StoreCase.checkpoint(store, "pid-7", 0, Duration.ofDays(9), seal)
                .id();
        String second = StoreCase.checkpoint(store, "pid-7", 0, Duration.ofMinutes(2), seal)
                .id();

        assertThat(store.list("pid-7")).map(StoredCheckpoint::id).containsExactly(second, first);
    }

    @Test
    void keepsTheLastNoteOfAJobThatHasCheckpoints() {
        checkpoint("4711");
        assertThat(store.note("4711", Store.Note.HISTORY)).isEmpty();

        store.note("4711", Store.Note.HISTORY, new byte[] {1, 2, 3});
        store.note("4711", Store.Note.HISTORY, new byte[] {4});

        assertThat(store.note("4711", Store.Note.HISTORY)).containsExactly(4);
        assertThat(store.list()).hasSize(1);
        assertThat(store.sweep()).isZero();
    }

    @Test
    void listsNewestFirstAndJobsApart() {
        String first = checkpoint("4711").id();
        String second = checkpoint("4711").id();
        String other = checkpoint("pid-12").id();

        assertThat(store.list("4711")).extracting(StoredCheckpoint::id).containsExactly(second, first);
        assertThat(store.list("pid-12")).extracting(StoredCheckpoint::id).containsExactly(other);
        assertThat(store.list()).extracting(StoredCheckpoint::id).containsExactly(other, second, first);
        assertThat(store.list("9")).isEmpty();
    }

    @Test
    void onlyOwnerCanLookInside() throws IOException {
        StoredCheckpoint checkpoint = checkpoint("4711");

        assertThat(mode(checkpoint.image())).isEqualTo("rw-------");
        assertThat(mode(checkpoint.image().getParent())).isEqualTo("rwx------");
        assertThat(mode(root.resolve("4711"))).isEqualTo("rwx------");
    }

    @Test
    void aPendingCheckpointIsNotListed() {
        String old = checkpoint("4711").id();

        try (PendingCheckpoint pending = store.begin("4711", 0)) {
            StoreCase.write(pending, "4711", 1, seal);
            assertThat(store.list()).extracting(StoredCheckpoint::id).containsExactly(old);
            assertRefused(() -> store.find(pending.id()), FaultCode.NOT_FOUND);
        }
        assertThat(store.list()).extracting(StoredCheckpoint::id).containsExactly(old);
        assertThat(hidden("4711")).noneMatch(name -> name.startsWith(".pending"));
    }

    @Test
    void anImageWithoutItsEndIsNotCommitted() {
        try (PendingCheckpoint pending = store.begin("4711", 0)) {
            assertThat(pending.createImage()).isNotNull();
            assertRefused(pending::commit, FaultCode.IMAGE_DAMAGED);
        }
        assertThat(store.list()).isEmpty();
    }

    @Test
    void oneCheckpointOfAJobAtATime() {
        try (PendingCheckpoint pending = store.begin("4711", 0)) {
            assertRefused(() -> store.begin("4711", 0), FaultCode.BUSY);
            assertRefused(() -> new DirectoryStore(root, seal).begin("4711", 0), FaultCode.BUSY);
            store.begin("4712", 0).close();
        }
        store.begin("4711", 0).close();
    }

    @Test
    void anOlderRunMayNotCommitAfterANewerBegan() {
        String old = checkpoint("4711").id();
        try (PendingCheckpoint late = store.begin("4711", 1)) {
            StoreCase.write(late, "4711", 1, seal);
            String newer = StoreCase.checkpoint(store, "4711", 2, 1, seal).id();

            assertRefused(late::commit, FaultCode.NOT_PERMITTED);

            assertThat(store.list("4711")).extracting(StoredCheckpoint::id).containsExactly(newer, old);
        }
        assertRefused(() -> store.begin("4711", 1), FaultCode.NOT_PERMITTED);
        StoreCase.checkpoint(store, "4711", 2, 1, seal);
    }

    @Test
    void aDamagedCheckpointIsListedAsDamaged() throws IOException {
        StoredCheckpoint good = checkpoint("4711");
        StoredCheckpoint bad = checkpoint("4711");
        Files.write(bad.image(), new byte[4096]);

        List<StoredCheckpoint> list = store.list("4711");

        assertThat(list).extracting(StoredCheckpoint::id).containsExactly(good.id(), bad.id());
        assertThat(list.get(1).damage().orElseThrow().code()).isEqualTo(FaultCode.IMAGE_DAMAGED);
        assertThat(store.latest("4711").id()).isEqualTo(good.id());
        store.delete(good.id());
        assertRefused(() -> store.latest("4711"), FaultCode.IMAGE_DAMAGED);
        assertRefused(() -> store.latest(), FaultCode.IMAGE_DAMAGED);
        store.delete(bad.id());
        assertRefused(() -> store.latest("4711"), FaultCode.NOT_FOUND);
    }

    @Test
    void deletesAndPrunes() {
        List<String> ids =
                Stream.generate(() -> checkpoint("4711").id()).limit(4).toList();

        assertThat(store.prune("4711", 2)).containsExactly(ids.get(1), ids.get(0));
        assertThat(store.list("4711")).extracting(StoredCheckpoint::id).containsExactly(ids.get(3), ids.get(2));
        store.delete(ids.get(3));
        assertThat(store.latest("4711").id()).isEqualTo(ids.get(2));
        assertRefused(() -> store.delete(ids.get(3)), FaultCode.NOT_FOUND);
    }

    @Test
    void namesThatLeadOutOfTheStoreAreNotFound() {
        for (String id : List.of("", "..", "../x-20260102T150405Z-7f3a", "/etc-20260102T150405Z-7f3a", "a/../b")) {
            assertRefused(() -> store.find(id), FaultCode.NOT_FOUND);
        }
        for (String job : List.of("", "..", ".x", "a/b", "a\nb")) {
            assertRefused(() -> store.begin(job, 0), FaultCode.USAGE);
        }
    }

    @Test
    void refusesAStoreThatIsMissing() {
        Store missing = new DirectoryStore(directory.resolve("none"), seal);

        assertRefused(() -> missing.begin("4711", 0), FaultCode.NOT_FOUND);
        assertRefused(missing::list, FaultCode.NOT_FOUND);
    }

    @Test
    void refusesAStoreThatIsAFile() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));

        assertRefused(() -> new DirectoryStore(file, seal).list(), FaultCode.IO_ERROR);
    }

    @Test
    void refusesAStoreThatOthersCanWrite() throws IOException {
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertRefused(() -> store.begin("4711", 0), FaultCode.NOT_PERMITTED);
        assertRefused(store::list, FaultCode.NOT_PERMITTED);
    }

    @Test
    void refusesAStoreOfSomebodyElse() throws IOException {
        assumeTrue(Files.getAttribute(root, "unix:uid").equals(0), "only root can give a directory away");
        Files.setAttribute(root, "unix:uid", 65534);

        assertRefused(() -> store.begin("4711", 0), FaultCode.NOT_PERMITTED);
    }

    @Test
    void marksCheckpointsInADirectoryOthersCanWrite() throws IOException {
        StoredCheckpoint checkpoint = checkpoint("4711");
        Files.setPosixFilePermissions(checkpoint.image().getParent(), PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThat(store.find(checkpoint.id()).damage().orElseThrow().code()).isEqualTo(FaultCode.NOT_PERMITTED);
    }

    @Test
    void sweepsWhatADeadWriterLeft() throws Exception {
        String old = checkpoint("4711").id();
        Process writer = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LingeringWriter.class.getName(),
                        root.toString(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(writer.inputReader().readLine()).isEqualTo("pending");

        assertRefused(() -> store.begin("4711", 0), FaultCode.BUSY);
        assertThat(store.sweep()).isZero();
        writer.destroyForcibly().waitFor();

        assertThat(hidden("4711")).anyMatch(name -> name.startsWith(".pending"));
        assertThat(store.sweep()).isEqualTo(1);
        assertThat(hidden("4711")).noneMatch(name -> name.startsWith(".pending"));
        assertThat(store.list()).extracting(StoredCheckpoint::id).containsExactly(old);
        checkpoint("4711");
    }

    /** Begins a checkpoint and never ends it. */
    static final class LingeringWriter {
        public static void main(String[] arguments) throws InterruptedException {
            Seal seal = StoreCase.seal(Path.of(arguments[1]));
            PendingCheckpoint pending = new DirectoryStore(Path.of(arguments[0]), seal).begin("4711", 0);
            StoreCase.write(pending, "4711", 1, seal);
            System.out.println("pending");
            Thread.sleep(Long.MAX_VALUE);
        }
    }

    @Test
    void knowsWhoseADamagedCheckpointIsAndDropsItInTime() throws IOException {
        StoredCheckpoint damaged = checkpoint("4711");
        try (FileChannel image = FileChannel.open(damaged.image(), StandardOpenOption.WRITE)) {
            image.truncate(1000);
        }
        assertThat(store.find(damaged.id()).isGood()).isFalse();
        assertThat(store.owner(damaged.id()))
                .hasValue(damaged.manifest().orElseThrow().getOwnerUid());

        Instant now = Instant.now();
        assertThat(store.deleteDamaged("4711", now.minusSeconds(3600))).isEmpty();
        assertThat(store.deleteDamaged("4711", now.plusSeconds(3600))).containsExactly(damaged.id());
        assertThat(store.list("4711")).isEmpty();
    }

    private StoredCheckpoint checkpoint(String job) {
        return StoreCase.checkpoint(store, job, 0, 1, seal);
    }

    private List<String> hidden(String job) {
        try (Stream<Path> children = Files.list(root.resolve(job))) {
            return children.map(child -> child.getFileName().toString())
                    .filter(name -> name.startsWith("."))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static void assertRefused(ThrowingCallable call, FaultCode code) {
        assertThatThrownBy(call).isInstanceOfSatisfying(Fault.class, fault -> assertThat(fault.code())
                .isEqualTo(code));
    }
}
