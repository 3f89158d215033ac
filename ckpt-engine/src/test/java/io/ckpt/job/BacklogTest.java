package io.ckpt.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.image.Seal;
import io.ckpt.store.DirectoryStore;
import io.ckpt.store.Staging;
import io.ckpt.store.StoreCase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BacklogTest {
    @TempDir
    Path directory;

    private Path own;
    private Seal seal;
    private Backlog backlog;

    @BeforeEach
    void takeACheckpointThatOnlyThisNodeHas() throws IOException {
        own = Files.createDirectory(directory.resolve("own"));
        Files.createDirectory(directory.resolve("shared"));
        Files.createDirectory(directory.resolve("state"));
        seal = StoreCase.seal(directory);
        backlog = daemon();
        try (OwnStore.Room room = backlog.roomFor("7", 0).orElseThrow()) {
            StoreCase.checkpoint(new DirectoryStore(own, seal), "7", 0, 1, seal);
            backlog.use("7");
        }
    }

    private Backlog daemon() {
        Staging staging = new Staging(
                new DirectoryStore(own, seal),
                new DirectoryStore(directory.resolve("shared"), seal),
                "n1",
                (from, into) -> {},
                (from, into) -> from.transferTo(0, from.size(), into));
        return new Backlog(Optional.of(new OwnStore(
                new NodeStore(own, Long.MAX_VALUE), new WaitingNotes(directory.resolve("state")), staging)));
    }

    @Test
    void aJobDoesNotGoOnWithoutItsLastCheckpointBecauseThatCannotBeRead() throws IOException {
        Path aside = loseOwnStore();
        for (Backlog each : new Backlog[] {backlog, daemon()}) {
            assertThatThrownBy(() -> each.bringAll("7"))
                    .isInstanceOfSatisfying(
                            Fault.class, fault -> assertThat(fault.code()).isEqualTo(FaultCode.IO_ERROR))
                    .hasMessageContaining("on this node only");
            assertThatThrownBy(each::requireLegible).isInstanceOf(Fault.class);
            assertThat(each.waits("7")).isTrue();
            assertThat(each.jobs()).containsExactly("7");
        }

        Files.move(aside, own);
        backlog.bringAll("7");
        assertThat(backlog.waits("7")).isFalse();
        loseOwnStore();
        backlog.bringAll("7");
    }

    @Test
    void aStoreThatHadNoMarkWhenItWasNotedIsKnown() throws IOException {
        Files.delete(own.resolve(".store"));
        Files.writeString(directory.resolve("state/7.waiting"), "");

        daemon().roomFor("7", 0).orElseThrow().close();

        assertThat(daemon().of("7")).hasSize(1);
        assertThat(directory.resolve("state/7.waiting"))
                .content()
                .startsWith(Files.readString(own.resolve(".store")) + "\n");
    }

    @Test
    void whatCannotBeNotedIsThereNevertheless() throws IOException {
        Files.delete(directory.resolve("state/7.waiting"));
        Files.delete(directory.resolve("state"));

        assertThat(daemon().of("7")).hasSize(1);
        assertThat(directory.resolve("state/7.waiting")).doesNotExist();
    }

    @Test
    void whatAFormerJobOfTheNameHasLeftElsewhereIsNotAskedForByANewOne() throws IOException {
        loseOwnStore();
        Files.createDirectory(own);

        backlog.begin("7", 0);

        backlog.bringAll("7");
    }

    @Test
    void aJobThatHasLeftNothingHereGoesOnWhateverBecameOfTheOwnStore() throws IOException {
        loseOwnStore();

        backlog.bringAll("8");

        assertThat(backlog.waits("8")).isFalse();
    }

    @Test
    void anImageThatCannotBeReadForAMomentIsNotForgotten() throws IOException {
        Path image = new DirectoryStore(own, seal).latest("7").image();
        Path aside = Files.move(image, image.resolveSibling("aside"));
        Files.createDirectory(image);

        assertThat(backlog.of("7")).isEmpty();
        assertThatThrownBy(() -> backlog.bringAll("7")).hasMessageContaining("on this node only");

        Files.delete(image);
        Files.move(aside, image);
        backlog.bringAll("7");
        assertThat(backlog.waits("7")).isFalse();
    }

    @Test
    void itsUserMayDoWithoutWhatCannotBeRead() throws IOException {
        loseOwnStore();
        Files.delete(directory.resolve("state/7.waiting"));

        backlog.bringAll("7");
    }

    @Test
    void whatIsDamagedOnThisNodeIsTold() throws IOException {
        Files.writeString(new DirectoryStore(own, seal).latest("7").image(), "rotten");

        backlog.bringAll("7");

        assertThat(backlog.damaged("7")).singleElement().asString().contains("is no good");
    }

    private Path loseOwnStore() throws IOException {
        return Files.move(own, directory.resolve("aside"));
    }
}
