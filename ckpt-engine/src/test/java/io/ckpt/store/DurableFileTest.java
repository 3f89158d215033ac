package io.ckpt.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFileTest {
    @TempDir
    Path directory;

    @Test
    void isMadeByTheFirstAlone() throws IOException {
        DurableFile file = new DurableFile(directory.resolve("lease"));

        assertThat(file.make("one", "a")).isTrue();
        assertThat(file.make("two", "b")).isFalse();

        assertThat(directory.resolve("lease")).hasContent("one");
        assertThat(directory).isDirectoryNotContaining("glob:**/.*");
    }

    @Test
    void isAsItWasWhereItCannotBeWritten() throws IOException {
        FaultyDisk disk = new FaultyDisk();
        for (boolean staysDead : new boolean[] {false, true}) {
            boolean reached = true;
            for (int failures = 0; reached; failures++) {
                Path path = directory.resolve(staysDead + "-" + failures);
                DurableFile file = new DurableFile(path, disk);
                file.replace("before");
                disk.failAfter(failures, staysDead);
                attempt(() -> file.replace("after"));
                reached = disk.hasFailed();
                disk.heal();
                assertThat(Files.readString(path)).isIn("before", "after");
                file.replace("in the end");
                assertThat(path).hasContent("in the end");
            }
        }
        assertThat(directory).isDirectoryNotContaining("glob:**/.*");
    }

    private interface Change {
        void run() throws IOException;
    }

    private static void attempt(Change change) {
        try {
            change.run();
        } catch (IOException e) {
            assertThat(e).hasMessage("Input/output error");
        }
    }

    @Test
    void nothingHalfIsLeftOnAFullDisk() throws IOException {
        try (SmallDisk disk = SmallDisk.mountedAt(directory)) {
            DurableFile file = new DurableFile(directory.resolve("note"));
            file.replace("before");
            disk.fill();

            assertThatThrownBy(() -> file.replace("after")).hasMessageContaining("No space left");
            assertThatThrownBy(() -> new DurableFile(directory.resolve("lease")).make("mine", "a"))
                    .hasMessageContaining("No space left");

            assertThat(disk.names()).containsExactly("note");
            assertThat(directory.resolve("note")).hasContent("before");
            disk.free();
            file.replace("after");
            assertThat(directory.resolve("note")).hasContent("after");
        }
    }

    @Test
    void aStoreIsNotKnownByHalfAMark() throws IOException {
        Path root = Files.createDirectory(directory.resolve("store"));
        Path state = Files.createDirectory(directory.resolve("state"));
        StorePlace place = new StorePlace(root, Optional.of(state.resolve("stores")), new Disk());
        try (SmallDisk store = SmallDisk.mountedAt(root);
                SmallDisk memory = SmallDisk.mountedAt(state)) {
            store.fill();
            assertThatThrownBy(place::enter).hasMessageContaining("No space left");
            assertThat(store.names()).isEmpty();
            assertThat(memory.names()).isEmpty();

            store.free();
            memory.fill();
            assertThatThrownBy(place::enter).hasMessageContaining("No space left");
            assertThat(memory.names()).isEmpty();

            memory.free();
            place.enter();
            assertThat(memory.names()).containsExactly("stores");
        }
    }

    @Test
    void theStoreOfANodeIsNotClaimedByHalf() throws IOException {
        try (SmallDisk disk = SmallDisk.mountedAt(directory)) {
            DirectoryStore own = new DirectoryStore(directory, null);
            disk.fill();
            assertThatThrownBy(() -> own.claim().take("n1"))
                    .isInstanceOfSatisfying(
                            Fault.class, fault -> assertThat(fault.code()).isEqualTo(FaultCode.STORE_FULL));
            assertThat(disk.names()).isEmpty();

            disk.free();
            own.claim().take("n1");
            own.claim().require("n1");
        }
    }
}
