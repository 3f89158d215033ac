package io.ckpt.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.image.Seal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever fails and whenever: either the old state or the new, and the next checkpoint works. */
class FailingDiskTest {
    @TempDir
    Path directory;

    private Path root;
    private Seal seal;
    private final FaultyDisk disk = new FaultyDisk();
    private Store store;

    @BeforeEach
    void makeStore() throws IOException {
        root = Files.createDirectory(directory.resolve("store"));
        seal = StoreCase.seal(directory);
        store = new DirectoryStore(new StorePlace(root, Optional.empty(), disk), seal, disk, Clock.systemUTC());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyOperationOfACheckpointMayFail(boolean staysDead) throws IOException {
        StoreCase.checkpoint(store, "4711", 0, 1, seal);
        int failures = 0;
        for (boolean reached = true; reached; failures++) {
            List<String> before = goodIds();
            disk.failAfter(failures, staysDead);
            attempt(failures);
            reached = disk.hasFailed();
            disk.heal();

            assertOldOrNew(before, "failure at operation " + failures);
            StoreCase.checkpoint(store, "4711", failures + 1, 1, seal);
            assertNothingHalf();
            store.prune("4711", 2);
        }
        assertThat(failures).isGreaterThan(15);
    }

    @Test
    void everyOperationOfADeletionMayFail() throws IOException {
        boolean reached = true;
        for (int operations = 0; reached; operations++) {
            String doomed = StoreCase.checkpoint(store, "4711", 0, 1, seal).id();
            String kept = StoreCase.checkpoint(store, "4711", 0, 1, seal).id();
            disk.failAfter(operations, true);
            try {
                store.delete(doomed);
            } catch (Fault expected) {
                assertThat(expected.code()).isEqualTo(FaultCode.IO_ERROR);
            }
            reached = disk.hasFailed();
            disk.heal();

            assertThat(goodIds()).contains(kept);
            assertThat(store.list("4711")).allMatch(StoredCheckpoint::isGood);
            store.sweep();
            assertNothingHalf();
            store.prune("4711", 0);
        }
    }

    @Test
    void aNoteIsTheOldOrTheNewOne() {
        StoreCase.checkpoint(store, "4711", 0, 1, seal);
        store.note("4711", Store.Note.HISTORY, new byte[] {1, 1});
        boolean reached = true;
        for (int operations = 0; reached; operations++) {
            disk.failAfter(operations, false);
            try {
                store.note("4711", Store.Note.HISTORY, new byte[] {2, 2});
            } catch (Fault expected) {
                assertThat(expected.code()).isEqualTo(FaultCode.IO_ERROR);
            }
            reached = disk.hasFailed();
            disk.heal();

            assertThat(store.note("4711", Store.Note.HISTORY)).isIn(new byte[] {1, 1}, new byte[] {2, 2});
        }
        assertThat(store.note("4711", Store.Note.HISTORY)).containsExactly(2, 2);
    }

    @Test
    void aFullStoreIsNamedAndLeavesNothing() throws IOException, InterruptedException {
        assumeTrue(Files.getAttribute(root, "unix:uid").equals(0), "only root can mount");
        run("mount", "-t", "tmpfs", "-o", "size=4m,mode=700", "tmpfs", root.toString());
        try {
            StoredCheckpoint old = StoreCase.checkpoint(store, "4711", 0, 1, seal);

            assertThatThrownBy(() -> StoreCase.checkpoint(store, "4711", 0, 40, seal))
                    .isInstanceOfSatisfying(
                            Fault.class, fault -> assertThat(fault.code()).isEqualTo(FaultCode.STORE_FULL));

            assertThat(store.list()).extracting(StoredCheckpoint::id).containsExactly(old.id());
            assertNothingHalf();
            StoreCase.checkpoint(store, "4711", 0, 1, seal);
        } finally {
            run("umount", root.toString());
        }
    }

    @Test
    void aReadOnlyStoreIsNamed() throws IOException, InterruptedException {
        assumeTrue(Files.getAttribute(root, "unix:uid").equals(0), "only root can mount");
        run("mount", "-t", "tmpfs", "-o", "ro,mode=700", "tmpfs", root.toString());
        try {
            assertThatThrownBy(() -> store.begin("4711", 0))
                    .isInstanceOf(Fault.class)
                    .hasMessageContaining("Read-only file system")
                    .hasMessageContaining(root.toString());
            assertThat(store.list()).isEmpty();
        } finally {
            run("umount", root.toString());
        }
    }

    private void attempt(int generation) {
        try {
            StoreCase.checkpoint(store, "4711", generation, 9, seal);
        } catch (Fault fault) {
            assertThat(fault.code()).isEqualTo(FaultCode.IO_ERROR);
            assertThat(fault).hasMessageContaining("Input/output error");
        }
    }

    private void assertOldOrNew(List<String> before, String what) {
        List<StoredCheckpoint> after = store.list("4711");
        assertThat(after).as(what).allMatch(StoredCheckpoint::isGood);
        assertThat(after).as(what).extracting(StoredCheckpoint::id).containsAll(before);
        assertThat(after).as(what).hasSizeLessThanOrEqualTo(before.size() + 1);
        after.forEach(checkpoint -> StoreCase.verify(checkpoint, seal));
    }

    private void assertNothingHalf() throws IOException {
        try (Stream<Path> children = Files.list(root.resolve("4711"))) {
            assertThat(children.map(child -> child.getFileName().toString()))
                    .noneMatch(name -> name.startsWith(".pending") || name.startsWith(".deleted"));
        }
    }

    private List<String> goodIds() {
        return store.list("4711").stream()
                .filter(StoredCheckpoint::isGood)
                .map(StoredCheckpoint::id)
                .toList();
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor())
                .as(String.join(" ", command))
                .isZero();
    }
}
