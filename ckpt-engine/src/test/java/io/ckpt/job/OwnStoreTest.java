package io.ckpt.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.image.Seal;
import io.ckpt.store.DirectoryStore;
import io.ckpt.store.SmallDisk;
import io.ckpt.store.Staging;
import io.ckpt.store.StoreCase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store of a node on a disk of its own, which may be mounted or not, and may be another one after a boot. */
class OwnStoreTest {
    @TempDir
    Path directory;

    private Path own;
    private Path state;
    private Path shared;
    private Seal seal;

    @BeforeEach
    void mountADisk() throws IOException {
        own = Files.createDirectory(directory.resolve("own"));
        state = Files.createDirectory(directory.resolve("state"));
        shared = Files.createDirectory(directory.resolve("shared"));
        seal = StoreCase.seal(directory);
        assumeTrue(Files.getAttribute(own, "unix:uid").equals(0), "only root can mount");
        mount("disk");
    }

    @AfterEach
    void unmountAll() throws IOException {
        while (Files.readString(Path.of("/proc/self/mounts")).contains(" " + own + " ")) {
            unmount();
        }
    }

    private void mount(String disk) throws IOException {
        Path device = Files.createDirectories(directory.resolve(disk));
        SmallDisk.run("mount", "--bind", device.toString(), own.toString());
    }

    private void unmount() {
        SmallDisk.run("umount", own.toString());
    }

    private Backlog daemon() {
        Staging staging = new Staging(
                new DirectoryStore(own, seal),
                new DirectoryStore(shared, seal),
                "n1",
                (from, into) -> {},
                (from, into) -> from.transferTo(0, from.size(), into));
        return new Backlog(
                Optional.of(new OwnStore(new NodeStore(own, Long.MAX_VALUE), new WaitingNotes(state), staging)));
    }

    private String take(String job) {
        Backlog backlog = daemon();
        try (OwnStore.Room room = backlog.roomFor(job, 0).orElseThrow()) {
            String id = commit(job);
            backlog.use(job);
            return id;
        }
    }

    private String commit(String job) {
        return StoreCase.checkpoint(new DirectoryStore(own, seal), job, 0, 1, seal)
                .id();
    }

    private static void assertRefused(Backlog backlog, String job) {
        assertThatThrownBy(() -> backlog.bringAll(job))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.code()).isEqualTo(FaultCode.IO_ERROR))
                .hasMessageContaining("on this node only");
        assertThat(backlog.waits(job)).isTrue();
    }

    @Test
    void aBareMountPointIsNotTakenForIt() throws IOException {
        take("7");
        unmount();
        assertThat(daemon().of("7")).isEmpty();

        assertRefused(daemon(), "7");
        take("8");
        assertRefused(daemon(), "7");

        mount("disk");
        assertThat(daemon().of("7")).hasSize(1);
        assertRefused(daemon(), "8");
    }

    @Test
    void aRunningJobWritesNothingWhereItIsNotMounted() throws IOException {
        take("7");
        unmount();
        Backlog backlog = daemon();

        assertThat(backlog.roomFor("7", 0)).isEmpty();

        assertThat(backlog.trouble("7")).hasValueSatisfying(fault -> assertThat(fault)
                .hasMessageContaining("is not the store in which job 7 has checkpoints"));
        mount("disk");
        assertThat(daemon().of("7")).hasSize(1);
    }

    @Test
    void aCheckpointIsNotedBeforeItIsThere() throws IOException {
        assertThat(daemon().roomFor("7", 0)).isPresent();
        commit("7"); // and the daemon is killed

        unmount();

        assertRefused(daemon(), "7");
        mount("disk");
        Backlog backlog = daemon();
        backlog.bringAll("7");
        assertThat(backlog.waits("7")).isFalse();
        assertThat(backlog.lost("7")).isEmpty();
    }

    @Test
    void aNoteWithoutACheckpointKeepsNobody() throws IOException {
        assertThat(daemon().roomFor("7", 0)).isPresent(); // and the daemon is killed
        Backlog backlog = daemon();

        assertThat(backlog.waits("7")).isFalse();
        backlog.bringAll("7");
        backlog.requireLegible();
        backlog.round(job -> false, job -> {});

        assertThat(state).isEmptyDirectory();
        assertThat(backlog.lost("7")).isEmpty();
    }

    @Test
    void theNoteGoesWithAnAttempt() throws IOException {
        try (OwnStore.Room room = daemon().roomFor("7", 0).orElseThrow()) {
            assertThat(state).isNotEmptyDirectory();
        }

        assertThat(state).isEmptyDirectory();
    }

    @Test
    void theNoteStaysWhileACheckpointIsWritten() throws IOException {
        Backlog backlog = daemon();
        try (OwnStore.Room room = backlog.roomFor("7", 0).orElseThrow()) {
            backlog.of("7");
            backlog.round(job -> true, job -> {});
            commit("7");
        }
        unmount();

        assertRefused(daemon(), "7");
    }

    @Test
    void whatABootHasWipedIsToldAndHoldsNobodyUp() throws IOException {
        String id = take("7");
        unmount();
        mount("fresh");
        assertThat(daemon().lost("7")).isPresent();
        assertThat(daemon().of("7")).isEmpty();
        Backlog backlog = daemon();

        assertThat(backlog.waits("7")).isFalse();
        backlog.bringAll("7");
        backlog.succeed("7", 1);

        assertThat(backlog.lost("7")).hasValueSatisfying(text -> assertThat(text)
                .contains("checkpoint " + id + " is gone", own + " has been emptied"));
        assertThat(state).isEmptyDirectory();
        take("7");
        assertThat(daemon().of("7")).hasSize(1);
    }

    @Test
    void whatSomebodyHasDeletedThereIsToldAndHoldsNobodyUp() throws IOException {
        String id = take("7");
        SmallDisk.run("sh", "-c", "rm -r " + own + "/*");
        Backlog backlog = daemon();

        backlog.bringAll("7");

        assertThat(backlog.lost("7"))
                .hasValueSatisfying(text -> assertThat(text).contains(id));
        try (OwnStore.Room room = backlog.roomFor("7", 0).orElseThrow()) {
            commit("7");
            backlog.use("7");
        }
        assertThat(backlog.lost("7")).isEmpty();
    }

    @Test
    void whatWasDeletedByUsIsNotLost() throws IOException {
        String id = take("7");
        Backlog backlog = daemon();
        backlog.delete(id);
        backlog.round(job -> false, job -> {});

        assertThat(backlog.lost("7")).isEmpty();
        assertThat(state).isEmptyDirectory();
        assertThat(own.resolve("7")).doesNotExist();
    }

    @Test
    void whatHasArrivedIsNotLost() throws IOException {
        take("7");
        Backlog backlog = daemon();
        backlog.round(job -> false, job -> {});

        assertThat(backlog.lost("7")).isEmpty();
        assertThat(state).isEmptyDirectory();
        assertThat(own.resolve("7")).doesNotExist();
    }

    @Test
    void anotherJobOfTheNameHasLostNothing() throws IOException {
        take("7");
        SmallDisk.run("sh", "-c", "rm -r " + own + "/*");
        Backlog backlog = daemon();
        assertThat(backlog.lost("7")).isPresent();

        backlog.begin("7", 0);

        assertThat(backlog.lost("7")).isEmpty();
    }

    @Test
    void whatCannotBeNotedIsNotWrittenThere() throws IOException {
        try (SmallDisk disk = SmallDisk.mountedAt(state)) {
            disk.fill();
            Backlog backlog = daemon();

            assertThat(backlog.roomFor("7", 0)).isEmpty();

            assertThat(backlog.trouble("7"))
                    .hasValueSatisfying(fault ->
                            assertThat(fault).hasMessageContaining("7.waiting").hasMessageContaining("No space left"));
            assertThat(disk.names()).isEmpty();
            disk.free();
            assertThat(backlog.roomFor("7", 0)).isPresent();
        }
    }
}
